import { parsePnn } from '../ctdb-output/parse-pnn.ts';
import type { Context } from './context.ts';

/** The public addresses that CTDB has given to this node, or undefined if it does not answer. */
export async function findOwnAddresses({
  ctdb,
  log,
}: Pick<Context, 'ctdb' | 'log'>): Promise<string[] | undefined> {
  const { ok, stdout, stderr } = await ctdb.ask('pnn');
  if (stderr !== '') log(stderr);
  if (!ok) return undefined;
  const pnn = String(parsePnn(stdout));
  const rows = await ctdb.askRows('ip');
  return rows?.flatMap(([ip, node]) => (ip !== undefined && node === pnn ? [ip] : []));
}
