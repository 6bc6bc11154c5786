import { namesIn } from '../files/directory-names.ts';
import type { OptionVariables } from './option-variables.ts';
import { identifyFile } from '../files/text-file.ts';

/**
 * What was seen of option files for one plugin at an event, so that nobody looks again for the others: most of the files
 * are the same for all, and most of those that are not do not exist.
 */
export class FilesSeen {
  readonly #identities = new Map<string, string | undefined>();
  readonly #names = new Map<string, ReadonlySet<string> | undefined>();
  readonly #trusted = new Set<string>();
  readonly #read = new Map<string, OptionVariables>();

  /** As `identifyFile`. @throws TextFileError */
  identify(path: string): string | undefined {
    if (this.#identities.has(path)) return this.#identities.get(path);
    const identity = identifyFile(path);
    this.#identities.set(path, identity);
    return identity;
  }

  /** The same for a name in a directory, where most are never there: its names are asked for once. */
  identifyIn(directory: string, name: string): string | undefined {
    if (!this.#names.has(directory)) this.#names.set(directory, namesIn(directory));
    return this.#names.get(directory)?.has(name) === false
      ? undefined
      : this.identify(`${directory}/${name}`);
  }

  /** Has a file checked, once if that is well. */
  checkTrust(path: string, check: (path: string) => void): void {
    if (this.#trusted.has(path)) return;
    check(path);
    this.#trusted.add(path);
  }

  /** What was kept of these files, read one after another. */
  kept(files: readonly string[]): OptionVariables | undefined {
    return this.#read.get(keyOf(files));
  }

  /** Keeps what they say. */
  keep(files: readonly string[], read: OptionVariables): void {
    this.#read.set(keyOf(files), read);
  }
}

const keyOf = (files: readonly string[]): string => files.join('\0');
