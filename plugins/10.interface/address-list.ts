import type { Context } from 'ctdb-hook';
import { findOwnAddresses } from './own-addresses.ts';

/** The addresses of this node, one a line, for other programs, such as the helper of statd. */
const listPath = ({ paths }: Context): string => `${paths.scriptVarDir}/my-public-ip-addresses`;

/** Adds an address to the list. */
export async function addToList(ip: string, context: Context): Promise<void> {
  const listed = await readList(context);
  if (!listed.includes(ip)) await writeList([...listed, ip], context);
}

/** Takes an address off the list. */
export async function removeFromList(ip: string, context: Context): Promise<void> {
  const listed = await readList(context);
  if (listed.includes(ip))
    await writeList(
      listed.filter((other) => other !== ip),
      context,
    );
}

/** Writes the list anew, from what CTDB says, and answers that; leaves it as it is if CTDB says nothing. */
export async function listAddresses(context: Context): Promise<readonly string[] | undefined> {
  const own = await findOwnAddresses(context);
  if (own !== undefined) await writeList(own, context);
  return own;
}

async function readList(context: Context): Promise<string[]> {
  const text = (await context.files.read(listPath(context))) ?? '';
  return text.split('\n').filter((line) => line !== '');
}

async function writeList(ips: readonly string[], context: Context): Promise<void> {
  await context.edit.makeDirectory(context.paths.scriptVarDir);
  await context.edit.write(listPath(context), ips.map((ip) => `${ip}\n`).join(''));
}
