import type { Context } from 'ctdb-hook';

/** Asks `ctdb -X`, which answers with a heading and rows `|a|b|c|`. Undefined if it fails; what it says is shown. */
export async function askRows(
  question: readonly string[],
  { ctdb, log }: Context,
): Promise<string[][] | undefined> {
  const { ok, stdout, stderr } = await ctdb.ask('-X', ...question);
  if (stderr !== '') log(stderr.replace(/\n$/, ''));
  if (!ok) return undefined;
  const [, ...rows] = stdout.split('\n').filter((line) => line !== '');
  return rows.map((row) => row.split('|').slice(1, -1));
}
