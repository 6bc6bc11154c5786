import { option, type Context } from 'ctdb-hook';
import * as z from 'zod';

/** The variables of 10.interface; see ctdb-script.options(5). */
export const options = z.object({
  CTDB_PARTIALLY_ONLINE_INTERFACES: option.yesNo(false),
  CTDB_KILLTCP_USE_SS_KILL: option.oneOf(['no', 'try', 'yes'], 'no'),
});

/** What the handlers of 10.interface are given. */
export type InterfaceContext = Context<z.output<typeof options>>;
