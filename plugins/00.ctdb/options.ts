import { option, type Context } from 'ctdb-hook';
import * as z from 'zod';

/** The variables of 00.ctdb; see ctdb-script.options(5). */
export const options = z.object({
  CTDB_MAX_CORRUPT_DB_BACKUPS: option.wholeNumber(10, { min: 0, max: 100_000 }),
});

/** What the handlers of 00.ctdb are given. */
export type CtdbContext = Context<z.output<typeof options>>;
