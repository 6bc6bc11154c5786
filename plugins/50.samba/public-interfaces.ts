import type { Context } from 'ctdb-hook';

/** The interfaces that can carry public addresses, sorted: those of public_addresses and those ctdbd knows of. */
export async function findPublicInterfaces({
  ctdb,
  log,
}: Pick<Context, 'ctdb' | 'log'>): Promise<readonly string[]> {
  const configured = (await ctdb.publicAddresses())?.addresses.flatMap(({ ifaces }) => ifaces) ?? [];
  const known = await ctdb.ask('-X', 'ifaces');
  if (known.stderr !== '') log(known.stderr);
  return [...new Set([...configured, ...interfaceNames(known.stdout)])].sort();
}

/** The first column of a table with `|` around its columns and a line of headings. */
const interfaceNames = (table: string): readonly string[] =>
  table
    .split('\n')
    .slice(1)
    .map((line) => line.split('|')[1] ?? '')
    .filter((name) => name !== '');
