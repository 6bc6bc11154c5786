import { directoryOptions, option } from 'ctdb-hook';
import * as z from 'zod';

/** What an administrator can set; the README says what each is for. */
export const options = z.object({
  CTDB_SERVICE_SMB: option.word(),
  CTDB_SAMBA_CHECK_PORTS: option.text(),
  CTDB_SAMBA_SKIP_SHARE_CHECK: option.yesNo(false),
  CTDB_SAMBA_INTERFACES_FILE: option.path(),
  CTDB_SAMBA_INTERFACES_EXTRA: option.text(''),
  CTDB_HOOK_TESTPARM_INTERVAL: option.wholeNumber(300, { min: 1, max: 86_400 }),
  ...directoryOptions,
});

/** The options as handlers get them. */
export type Options = z.output<typeof options>;
