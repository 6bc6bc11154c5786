import type { Context } from 'ctdb-hook';
import { askCtdb, askRows } from './ask-ctdb.ts';

/** The public addresses that CTDB has given to this node, or undefined if it does not answer. */
export async function findOwnAddresses(context: Context): Promise<string[] | undefined> {
  const pnn = (await askCtdb(['pnn'], context))?.trim();
  const rows = pnn === undefined ? undefined : await askRows(['ip'], context);
  return rows?.flatMap(([ip, node]) => (ip !== undefined && node === pnn ? [ip] : []));
}
