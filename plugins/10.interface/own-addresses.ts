import type { Context } from 'ctdb-hook';
import { askCtdb, askRows } from './ask-ctdb.ts';

/** The public addresses that CTDB has given to this node, or undefined if it does not answer. */
export async function findOwnAddresses(context: Context): Promise<string[] | undefined> {
  // The ctdb of old ctdbds answers `PNN:0`, today's `0`.
  const pnn = (await askCtdb(['pnn'], context))?.trim().replace(/^PNN:/, '');
  const rows = pnn === undefined ? undefined : await askRows(['ip'], context);
  return rows?.flatMap(([ip, node]) => (ip !== undefined && node === pnn ? [ip] : []));
}
