import { directoryOptions, option } from 'ctdb-hook';
import * as z from 'zod';

/** What an administrator can set; the README says what each is for. */
export const options = z.object({
  CTDB_NFS_CALLOUT: option.text(),
  CTDB_NFS_CHECKS_DIR: option.path('nfs-checks.d'),
  CTDB_NFS_SKIP_SHARE_CHECK: option.yesNo(false),
  CTDB_NFS_SHARED_STATE_DIR: option.text(),
  CTDB_NFS_EXPORTS_FILE: option.text(),
  CTDB_RPCINFO_LOCALHOST: option.word('127.0.0.1'),
  CTDB_RPCINFO_LOCALHOST6: option.word('::1'),
  CTDB_HOOK_RPC_INTERVAL: option.wholeNumber(10, { min: 1, max: 86_400 }),
  CTDB_HOOK_NFS_SHARE_LIST_INTERVAL: option.wholeNumber(60, { min: 1, max: 86_400 }),
  ...directoryOptions,
});

/** The options as handlers get them. */
export type Options = z.output<typeof options>;
