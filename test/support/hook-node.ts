import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../core/package/package-root.ts';
import { plant, temporaryDirectory, type Planted } from './temporary-directory.ts';

/** The program under test, as it is installed. */
export const hook = join(packageRoot, 'bin/ctdb-hook');

/** How a run of ctdb-hook ended. */
export interface HookResult {
  readonly status: number;
  /** Both streams, in order. */
  readonly output: string;
  readonly bytes: Buffer;
}

/**
 * An event directory of its own, in CTDB's test mode: everything is below one temporary directory, and nothing of
 * the machine's CTDB is touched.
 */
export class HookNode {
  readonly base = temporaryDirectory();
  readonly events = join(this.base, 'events', 'legacy');
  readonly #program: string;

  /** @param program the ctdb-hook that is called, where it is not this checkout's. */
  constructor(files: Readonly<Record<string, Planted | string>> = {}, program = hook) {
    this.#program = program;
    for (const name of ['run', 'var/cache']) mkdirSync(join(this.base, name), { recursive: true });
    mkdirSync(this.events, { recursive: true });
    this.plant(files);
  }

  /** Puts files into the event directory. */
  plant(files: Readonly<Record<string, Planted | string>>): void {
    plant(this.events, files);
  }

  /** Puts a file elsewhere below CTDB_BASE. */
  configure(name: string, text: string): void {
    plant(this.base, { [name]: text });
  }

  /** Puts a plugin into the event directory, with a link that lets stock ctdbd run it. */
  plugin(name: string, text: string, ending = 'ts'): void {
    this.plant({ [`${name}.${ending}`]: { text, mode: 0o755 } });
    symlinkSync(this.#program, join(this.events, `${name}.script`));
  }

  /** Calls the link NN.name.script as ctdb-eventd does. */
  call(name: string, ...words: string[]): Promise<HookResult> {
    return this.#start(join(this.events, `${name}.script`), words, {});
  }

  /** Calls ctdb-hook itself. */
  hook(...words: string[]): Promise<HookResult> {
    return this.#start(this.#program, words, {});
  }

  /** Either, with more in the environment. */
  with(environment: Readonly<Record<string, string>>): Pick<HookNode, 'call' | 'hook'> {
    return {
      call: (name, ...words) => this.#start(join(this.events, `${name}.script`), words, environment),
      hook: (...words) => this.#start(this.#program, words, environment),
    };
  }

  /** A file below CTDB_BASE. */
  read(name: string): string {
    return readFileSync(join(this.base, name), 'utf8');
  }

  async #start(
    file: string,
    words: readonly string[],
    more: Readonly<Record<string, string>>,
  ): Promise<HookResult> {
    const { exitCode, all } = await execa(file, words, {
      env: {
        CTDB_TEST_MODE: '1',
        CTDB_BASE: this.base,
        CTDB_TEST_HELPER_BINDIR: '/nonexistent',
        CTDB_HOOK_RESIDENT: 'no', // Each event in a process of its own; test/resident has the others.
        ...more,
      },
      all: true,
      encoding: 'buffer',
      reject: false,
      stdin: 'ignore',
      stripFinalNewline: false,
      timeout: 30_000,
    });
    const bytes = Buffer.from(all);
    return { status: exitCode ?? -1, output: bytes.toString(), bytes };
  }
}

/** The text of a plugin with these members. */
export const pluginText = (
  members: string,
  imports = 'definePlugin, Failure, healthy, unhealthy, option',
): string => `import { ${imports} } from 'ctdb-hook';\nexport default definePlugin({\n${members}\n});\n`;
