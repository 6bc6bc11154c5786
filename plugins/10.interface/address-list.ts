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

/** The directory is there since `init`, but for whoever runs a plugin by itself. */
async function changeList(
  change: (ips: readonly string[]) => readonly string[],
  context: Context,
): Promise<void> {
  const { edit, paths } = context;
  const update = () => edit.update(listPath(context), (text) => linesOf(change(ipsOf(text))));
  try {
    await update();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await edit.makeDirectory(paths.scriptVarDir);
    await update();
  }
}

const ipsOf = (text = ''): string[] => text.split('\n').filter((line) => line !== '');

const linesOf = (ips: readonly string[]): string => ips.map((ip) => `${ip}\n`).join('');
