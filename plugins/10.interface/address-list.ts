import type { Context } from 'ctdb-hook';
import type { InterfaceContext } from './options.ts';
import { keepsList } from './release.ts';

/** The addresses of this node, one a line, for other programs, such as the helper of statd. */
const listPath = ({ paths }: Context): string => `${paths.scriptVarDir}/my-public-ip-addresses`;

/** Adds an address to the list. */
export async function addToList(ip: string, context: InterfaceContext): Promise<void> {
  if (keepsList(context))
    await changeList((listed) => (listed.includes(ip) ? listed : [...listed, ip]), context);
}

/** Takes an address off the list. */
export async function removeFromList(ip: string, context: InterfaceContext): Promise<void> {
  if (keepsList(context)) await changeList((listed) => listed.filter((other) => other !== ip), context);
}

/** Writes the list anew. */
export const listAddresses = (own: readonly string[], context: InterfaceContext): Promise<void> =>
  changeList(() => own, context);

/** It is for others, and must not be the reason that an address stays or does not come: a disk may be full or read-only. */
async function changeList(
  change: (ips: readonly string[]) => readonly string[],
  context: Context,
): Promise<void> {
  const path = listPath(context);
  try {
    await context.edit.makeDirectory(context.paths.scriptVarDir); // It is there since `init`, if that could make it.
    await context.edit.update(path, (text) => linesOf(change(ipsOf(text))));
  } catch (error) {
    context.signal.throwIfAborted();
    context.log(`WARNING: ${path} is not kept: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const ipsOf = (text = ''): string[] => text.split('\n').filter((line) => line !== '');

const linesOf = (ips: readonly string[]): string => ips.map((ip) => `${ip}\n`).join('');
