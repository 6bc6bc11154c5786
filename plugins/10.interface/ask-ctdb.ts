import type { Context } from 'ctdb-hook';

/** What the ctdb command answers, or undefined if it fails. What it says to standard error is shown. */
export async function askCtdb(
  question: readonly string[],
  { ctdb, log }: Context,
): Promise<string | undefined> {
  const { ok, stdout, stderr } = await ctdb.ask(...question);
  if (stderr !== '') log(stderr.replace(/\n$/, ''));
  return ok ? stdout : undefined;
}

/** Asks `ctdb -X`, which answers with a heading and rows `|a|b|c|`. */
export async function askRows(
  question: readonly string[],
  context: Context,
): Promise<string[][] | undefined> {
  const table = await askCtdb(['-X', ...question], context);
  const [, ...rows] = table?.split('\n').filter((line) => line !== '') ?? [];
  return table === undefined ? undefined : rows.map((row) => row.split('|').slice(1, -1));
}
