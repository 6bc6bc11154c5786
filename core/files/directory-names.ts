import { readdirSync } from 'node:fs';
import { identityIfThere, isSettled } from './file-identity.ts';

/** Most directories whose names are kept. A node has a handful. */
const directoriesMax = 100;

const known = new Map<string, { readonly identity: string; readonly names: ReadonlySet<string> }>();

/** The names in a directory. It is read again only after a change. Undefined if it cannot be read. */
export function namesIn(directory: string): ReadonlySet<string> | undefined {
  const identity = identityIfThere(directory);
  const before = known.get(directory);
  if (before !== undefined && identity === before.identity) return before.names;
  known.delete(directory);
  const names = readNames(directory);
  if (known.size >= directoriesMax) known.clear();
  if (names !== undefined && identity !== undefined && isSettled(identity))
    known.set(directory, { identity, names });
  return names;
}

function readNames(directory: string): ReadonlySet<string> | undefined {
  try {
    return new Set(readdirSync(directory));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? new Set() : undefined;
  }
}
