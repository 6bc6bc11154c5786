import { builtinOfSource, builtinPlugin } from './builtin.ts';
import type { Entry } from './entry.ts';
import { isHookLink } from './read-event-directory.ts';

/** The name of the built-in plugin that an entry stands for, if it does for one. */
export const builtinOf = ({ name, path }: Entry): string | undefined =>
  isHookLink(path) ? name : builtinOfSource(path);

/** The same as it was built, if there is such a one. */
export function builtinFile(entry: Entry): string | undefined {
  const builtin = builtinOf(entry);
  return builtin === undefined ? undefined : builtinPlugin(builtin);
}
