import { dirname, resolve } from 'node:path';
import { byName } from '../../event-directory/file-name.ts';
import type { FileChanges, Files } from '../../plugin-api/context.ts';
import type { Caller } from './caller.ts';
import type { FailsAs, Faults } from './faults.ts';
import { fileError } from './file-error.ts';

/** A file, or a directory where `text` is undefined. */
interface Node {
  readonly text: string | undefined;
  readonly mode: number;
  /** Differs from what any other file, and this one before a change, has. */
  readonly identity: string;
}

/** The directories that every Linux has (hier(7)), as far as a service may keep files in them. */
const everywhere = ['/etc', '/run', '/srv', '/tmp', '/var/cache', '/var/lib', '/var/log', '/var/tmp'];

/**
 * The files of a fake node, in memory. Directories that every Linux has are there, and those above a file that a test sets; all others
 * that a plugin writes to must be made.
 */
export class FakeFiles {
  readonly #faults: Faults;
  readonly #nodes = new Map<string, Node>();
  #count = 0;

  constructor(faults: Faults) {
    this.#faults = faults;
    this.#put('/', undefined, 0o755);
    for (const path of everywhere) this.makeDirectory(path);
  }

  /** Puts a file there, with the directories above it. One with mode 0o755 can be executed. */
  set(path: string, text: string, { mode = 0o644 }: { readonly mode?: number } = {}): void {
    this.makeDirectory(dirname(resolve(path)));
    this.#put(path, text, mode);
  }

  /** Makes a directory, and those above it. */
  makeDirectory(path: string): void {
    const full = resolve(path);
    const there = this.#nodes.get(full);
    if (there !== undefined && there.text === undefined) return;
    if (there !== undefined) throw fileError('ENOTDIR', 'mkdir', path);
    this.makeDirectory(dirname(full));
    this.#put(full, undefined, 0o755);
  }

  /** Removes a file, or a directory with everything in it. */
  remove(path: string): void {
    const full = resolve(path);
    for (const each of this.#nodes.keys())
      if (each === full || each.startsWith(`${full}/`)) this.#nodes.delete(each);
  }

  /** The text of a file; undefined if there is none. */
  get(path: string): string | undefined {
    return this.#nodes.get(resolve(path))?.text;
  }

  /** Whether it is a directory. */
  isDirectory(path: string): boolean {
    const node = this.#nodes.get(resolve(path));
    return node !== undefined && node.text === undefined;
  }

  /** The names in a directory; undefined if there is none. */
  list(path: string): readonly string[] | undefined {
    if (!this.isDirectory(path)) return undefined;
    const full = resolve(path);
    const prefix = full === '/' ? full : `${full}/`;
    return [...this.#nodes.keys()]
      .filter((each) => each !== full && each.startsWith(prefix) && !each.slice(prefix.length).includes('/'))
      .map((each) => each.slice(prefix.length))
      .sort(byName);
  }

  /** All files with their texts, and directories with `undefined`: to compare what there was with what there is. */
  get all(): ReadonlyMap<string, string | undefined> {
    return new Map([...this.#nodes].map(([path, { text }]) => [path, text]));
  }

  /** `files` of a plugin. */
  filesFor(caller: Caller): Files {
    const look = <T>(verb: string, path: string, work: () => T): Promise<T> =>
      this.#faults.call(caller, {
        words: ['file', verb, path],
        isChange: false,
        work,
        failed: (as) => {
          throw fileError(errnoOf(as, 'EACCES'), 'open', path);
        },
      });
    return {
      read: (path) =>
        look('read', path, () => {
          if (this.isDirectory(path)) throw fileError('EISDIR', 'read');
          return this.get(path);
        }),
      identify: (path) => look('identify', path, () => this.#nodes.get(resolve(path))?.identity),
      list: (path) => look('list', path, () => this.list(path)),
      isExecutable: (path) =>
        look('is-executable', path, () => {
          const node = this.#nodes.get(resolve(path));
          return node?.text !== undefined && (node.mode & 0o111) !== 0;
        }),
      findMissingDirectory: async (paths) => {
        for (const path of paths)
          if (!(await look('find-directory', path, () => this.isDirectory(path)))) return path;
        return undefined;
      },
    };
  }

  /** `edit` of a plugin. */
  editFor(caller: Caller): FileChanges {
    const update: FileChanges['update'] = (path, change) => {
      let isChange = true;
      return this.#faults.call(caller, {
        words: ['file', 'write', path],
        get isChange() {
          return isChange;
        },
        work: () => {
          const before = this.#textToChange(path);
          const after = change(before);
          isChange = before !== after;
          if (isChange) this.#put(path, after, this.#nodes.get(resolve(path))?.mode ?? 0o644);
        },
        failed: (as) => {
          throw fileError(errnoOf(as, 'ENOSPC'), 'write');
        },
      });
    };
    const inDirectory = (words: readonly string[], path: string, isChange: () => boolean, work: () => void) =>
      this.#faults.call(caller, {
        words: ['directory', ...words, path],
        isChange: isChange(),
        work,
        failed: (as) => {
          throw fileError(errnoOf(as, 'EROFS'), 'mkdir', path);
        },
      });
    return {
      write: (path, text) => update(path, () => text),
      update,
      makeDirectory: (path) =>
        inDirectory(
          ['make'],
          path,
          () => !this.isDirectory(path),
          () => {
            this.makeDirectory(path);
          },
        ),
      emptyDirectory: (path) =>
        inDirectory(
          ['empty'],
          path,
          () => (this.list(path)?.length ?? 1) > 0,
          () => {
            this.makeDirectory(path);
            for (const name of this.list(path) ?? []) this.remove(`${path}/${name}`);
          },
        ),
    };
  }

  /** The text of a file that is to be changed; undefined if it is to be made. */
  #textToChange(path: string): string | undefined {
    if (this.isDirectory(path)) throw fileError('EISDIR', 'open', path);
    if (!this.isDirectory(dirname(resolve(path)))) throw fileError('ENOENT', 'open', path);
    return this.get(path);
  }

  #put(path: string, text: string | undefined, mode: number): void {
    this.#count += 1;
    this.#nodes.set(resolve(path), { text, mode, identity: `${this.#count}` });
  }
}

const errnoOf = (as: FailsAs | undefined, otherwise: string): string =>
  typeof as === 'string' ? as : otherwise;
