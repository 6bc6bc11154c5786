import type { Context } from 'ctdb-hook';
import { askRows } from './ask-rows.ts';

/** The public addresses that CTDB has given to this node, or undefined if it does not answer. */
export async function findOwnAddresses(context: Context): Promise<string[] | undefined> {
  const pnn = await context.ctdb.ask('pnn');
  const rows = pnn.ok ? await askRows(['ip'], context) : undefined;
  return rows?.flatMap(([ip, node]) => (ip !== undefined && node === pnn.stdout.trim() ? [ip] : []));
}
