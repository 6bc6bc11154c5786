import { join } from 'node:path';
import { installedCtdb } from '../ctdb-installation/installation.ts';
import type { CtdbPaths } from '../ctdb-installation/paths.ts';
import { fnv1a } from '../text/fnv1a.ts';

/**
 * The file of a component's ledger, with the states of plugins. It is in a directory that a reboot empties, and never below
 * CTDB_SCRIPT_VARDIR, which `init` empties. A node that is tried out with a
 * CTDB_BASE of its own has a ledger of its own, and so has every component but ctdbd's own, `legacy`.
 */
export function ledgerPath({ ownRunDir, base }: CtdbPaths, component: string): string {
  const isItsOwn = ownRunDir.startsWith(`${base}/`) || base === installedCtdb().base;
  const parts = [...(component === 'legacy' ? [] : [component]), ...(isItsOwn ? [] : [fnv1a(base)])];
  return join(ownRunDir, `${['ledger', ...parts].join('-')}.sqlite`);
}
