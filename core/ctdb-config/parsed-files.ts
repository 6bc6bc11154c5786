import { FilesSeen } from './files-seen.ts';
import { readTextFile } from '../files/text-file.ts';

/** Most files whose parsed text is kept. A node has a handful. */
const filesMax = 100;

/** Reads files and keeps what was parsed from their text until they change. */
export class ParsedFiles<T> {
  readonly #parse: (text: string, path: string) => T;
  readonly #known = new Map<string, { readonly identity: string; readonly parsed: T }>();

  constructor(parse: (text: string, path: string) => T) {
    this.#parse = parse;
  }

  /**
   * The result of `parse` for the file's text. Undefined if there is no such file. Files in `seen` are not looked at again.
   *
   * @throws TextFileError if the file is there and cannot be used.
   */
  async read(path: string, seen = new FilesSeen()): Promise<T | undefined> {
    const known = this.#known.get(path);
    const identity = seen.identify(path);
    if (identity !== undefined && identity === known?.identity) return known.parsed;
    this.#known.delete(path);
    if (identity === undefined) return undefined; // Without a turn of the thread pool: most events find the same files missing.
    const file = await readTextFile(path);
    if (file === undefined) return undefined;
    const parsed = this.#parse(file.text, path);
    if (this.#known.size >= filesMax) this.#known.clear();
    if (file.settled) this.#known.set(path, { identity: file.identity, parsed });
    return parsed;
  }
}
