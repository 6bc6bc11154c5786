import type { Context } from './context.ts';

/** The public addresses that CTDB has given to this node, or undefined if it does not answer. */
export async function findOwnAddresses({
  ctdb,
  log,
}: Pick<Context, 'ctdb' | 'log'>): Promise<string[] | undefined> {
  const { ok, stdout, stderr } = await ctdb.ask('pnn');
  if (stderr !== '') log(stderr);
  if (!ok) return undefined;
  // The ctdb of old ctdbds answers `PNN:0`, today's `0`.
  const pnn = stdout.trim().replace(/^PNN:/, '');
  const rows = await ctdb.askRows('ip');
  return rows?.flatMap(([ip, node]) => (ip !== undefined && node === pnn ? [ip] : []));
}
