import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../../files/cache-directory.ts';
import type { OptionVariable } from '../../ctdb-config/option-variables.ts';
import { fnv1a } from '../../text/fnv1a.ts';
import { replaceFile } from '../../files/replace-file.ts';
import { makeLastDirectory } from '../../files/make-directory.ts';

/** What option files set when a plugin's options were last found to be right. */
export type GoodVariables = ReadonlyMap<string, OptionVariable>;

/** The owner of the options: a plugin by its name, in one event directory. */
export interface OptionsOwner {
  readonly name: string;
  readonly directory: string;
}

/** The content of the file. The directory shows a collision of names. */
interface Kept {
  readonly directory: string;
  readonly variables: readonly (readonly [name: string, variable: OptionVariable])[];
}

/** Options that this process has found to be right, even if the disk could not keep them. */
const known = new Map<string, GoodVariables>();

/**
 * Keeps the variables, so that they stay in force when the files become wrong: in this process, and in the cache directory
 * for the next one. A disk that does not take them loses nothing but the second.
 *
 * @returns what was kept before; undefined if nothing was, or the same.
 */
export function keepGoodOptions(owner: OptionsOwner, variables: GoodVariables): GoodVariables | undefined {
  const key = keyOf(owner);
  const before = known.get(key) ?? readKept(owner);
  known.set(key, variables);
  if (before !== undefined && isSame(before, variables)) return undefined;
  keepOnDisk(owner, key, variables);
  return before;
}

function keepOnDisk(owner: OptionsOwner, key: string, variables: GoodVariables): void {
  const directory = cacheDirectory();
  if (directory === undefined) return;
  const kept: Kept = { directory: owner.directory, variables: [...variables] };
  try {
    makeLastDirectory(join(directory, 'options'));
    replaceFile(join(directory, 'options', key), JSON.stringify(kept));
  } catch {
    return; // This process knows them all the same.
  }
}

/** The variables that were kept last, or undefined if none ever were. */
export const goodOptionsOf = (owner: OptionsOwner): GoodVariables | undefined =>
  known.get(keyOf(owner)) ?? readKept(owner);

/** One file for each plugin of a directory, so that they are bounded by what is installed. */
const keyOf = ({ name, directory }: OptionsOwner): string => `${name}-${fnv1a(directory)}.json`;

function isSame(before: GoodVariables, now: GoodVariables): boolean {
  if (before.size !== now.size) return false;
  for (const [name, { value, file, line }] of now) {
    const was = before.get(name);
    if (was?.value !== value || was.file !== file || was.line !== line) return false;
  }
  return true;
}

function readKept(owner: OptionsOwner): GoodVariables | undefined {
  const directory = cacheDirectory();
  if (directory === undefined) return undefined;
  try {
    const kept = JSON.parse(readFileSync(join(directory, 'options', keyOf(owner)), 'utf8')) as Kept;
    return kept.directory === owner.directory ? new Map(kept.variables) : undefined;
  } catch {
    return undefined; // There is none, or half of one.
  }
}
