import { namesIn } from '../files/directory-names.ts';
import type { OptionVariables } from './option-variables.ts';
import { identifyFile } from '../files/text-file.ts';

/**
 * What was found out about option files for one plugin at an event, so that nobody looks again for the other plugins. Most
 * files are the same for all plugins, and most of the others do not exist.
 */
export class FilesSeen {
  readonly #identities = new Map<string, string | undefined>();
  readonly #names = new Map<string, ReadonlySet<string> | undefined>();
  readonly #trusted = new Set<string>();
  readonly #read = new Map<string, OptionVariables>();

  /** The identity of a file, as `identifyFile` gives it. @throws TextFileError */
  identify(path: string): string | undefined {
    if (this.#identities.has(path)) return this.#identities.get(path);
    const identity = identifyFile(path);
    this.#identities.set(path, identity);
    return identity;
  }

  /** The identity of a file by its name in a directory. Most names never exist, so the directory's names are read once. */
  identifyIn(directory: string, name: string): string | undefined {
    if (!this.#names.has(directory)) this.#names.set(directory, namesIn(directory));
    return this.#names.get(directory)?.has(name) === false
      ? undefined
      : this.identify(`${directory}/${name}`);
  }

  /** Has a file checked, only once if it is trusted. */
  checkTrust(path: string, check: (path: string) => void): void {
    if (this.#trusted.has(path)) return;
    check(path);
    this.#trusted.add(path);
  }

  /** What was kept about these files, read one after another. */
  kept(files: readonly string[]): OptionVariables | undefined {
    return this.#read.get(keyOf(files));
  }

  /** Keeps the variables of these files. */
  keep(files: readonly string[], read: OptionVariables): void {
    this.#read.set(keyOf(files), read);
  }
}

const keyOf = (files: readonly string[]): string => files.join('\0');
