import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { FileChanges, Files } from '../../plugin-api/context.ts';
import type { ChangedFiles } from './changed-files.ts';
import { changedLines } from './changed-lines.ts';
import type { StepRecorder } from './step-recorder.ts';

/** Files as they would be after the changes so far: what would be written is remembered, and read by who reads it. */
export class DryFiles {
  readonly #recorder: StepRecorder;
  readonly #real: Files;
  readonly #texts: Map<string, string>;
  readonly #made: Set<string>;
  readonly #emptied: Set<string>;

  constructor(recorder: StepRecorder, real: Files, changed: ChangedFiles) {
    this.#recorder = recorder;
    this.#real = real;
    this.#texts = changed.texts;
    this.#made = changed.made;
    this.#emptied = changed.emptied;
  }

  readonly files: Files = {
    read: (path) => this.#read(path),
    identify: async (path) => {
      if (this.#texts.has(resolve(path))) return this.#recorder.end(`the write of ${path}`);
      return this.#isGone(path) ? undefined : this.#asItIs(() => this.#real.identify(path));
    },
    list: (path) => this.#list(path),
    isExecutable: (path) =>
      this.#isGone(path) ? Promise.resolve(false) : this.#asItIs(() => this.#real.isExecutable(path)),
    findMissingDirectory: async (paths) => {
      for (const path of paths) {
        if (this.#made.has(resolve(path))) continue;
        if (this.#isGone(path)) return path;
        const missing = await this.#asItIs(() => this.#real.findMissingDirectory([path]));
        if (missing !== undefined) return missing;
      }
      return undefined;
    },
  };

  readonly edit: FileChanges = {
    write: (path, text) => this.#change(path, () => text),
    update: (path, change) => this.#change(path, change),
    makeDirectory: async (path) => {
      const isThere =
        statSync(path, { throwIfNoEntry: false })?.isDirectory() === true && !this.#isGone(path);
      if (isThere || this.#made.has(resolve(path))) return;
      this.#noteFile(`make directory ${path}`);
      for (let made = resolve(path); made !== '/'; made = dirname(made)) this.#made.add(made);
      await Promise.resolve();
    },
    emptyDirectory: async (path) => {
      const names = await this.#list(path);
      if (names === undefined) this.#noteFile(`make directory ${path}`);
      else if (names.length > 0) this.#noteFile(`empty directory ${path} (it has ${names.length} names)`);
      this.#made.add(resolve(path));
      this.#emptied.add(resolve(path));
      for (const written of this.#texts.keys())
        if (written.startsWith(`${resolve(path)}/`)) this.#texts.delete(written);
    },
  };

  async #read(path: string): Promise<string | undefined> {
    const written = this.#texts.get(resolve(path));
    if (written !== undefined || this.#isGone(path)) return written;
    return this.#asItIs(() => this.#real.read(path));
  }

  async #list(path: string): Promise<readonly string[] | undefined> {
    const place = resolve(path);
    const real =
      this.#emptied.has(place) || this.#isGone(path)
        ? undefined
        : await this.#asItIs(() => this.#real.list(path));
    const made = [...this.#texts.keys(), ...this.#made].flatMap((each) =>
      dirname(each) === place && each !== place ? [each.slice(place.length + 1)] : [],
    );
    if (real === undefined && made.length === 0 && !this.#made.has(place)) return undefined;
    return [...new Set([...(real ?? []), ...made])].sort();
  }

  async #change(path: string, change: (text: string | undefined) => string): Promise<void> {
    const before = await this.#read(path);
    const text = change(before);
    this.#texts.set(resolve(path), text);
    if (text === before) return;
    this.#recorder.note({
      word: 'would run',
      kind: 'file',
      what: `${before === undefined ? 'make' : 'write'} ${path}`,
      ...changedLines(before ?? '', text),
    });
  }

  #noteFile(what: string): void {
    this.#recorder.note({ word: 'would run', kind: 'file', what });
  }

  /** Whether it is below a directory that would be emptied. */
  #isGone(path: string): boolean {
    const place = resolve(path);
    if (this.#made.has(place)) return false;
    return [...this.#emptied].some((directory) => place.startsWith(`${directory}/`));
  }

  /** Looks at a file as it is now. A command before may have changed it: that is said. */
  #asItIs<T>(look: () => Promise<T>): Promise<T> {
    const change = this.#recorder.lastChange('command', 'service');
    if (change !== undefined)
      this.#recorder.assume(change.what, 'the files that are read next are as they are now');
    return look();
  }
}
