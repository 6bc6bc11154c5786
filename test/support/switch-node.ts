import { lstatSync, mkdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { plant, type Planted, script, temporaryDirectory } from './temporary-directory.ts';
import { hook, type HookResult } from './hook-node.ts';

/** What stands in the place of CTDB's own event daemon in a test. */
export const stockEventd = script('echo "stock $*"');

/**
 * A node in CTDB's test mode whose helper directory, event directory and systemd settings are below one temporary
 * directory; none of the machine's is touched.
 */
export class SwitchNode {
  readonly base = temporaryDirectory();
  readonly helpers = join(this.base, 'helpers');
  readonly eventd = join(this.helpers, 'ctdb-eventd');
  readonly events = join(this.base, 'events/legacy');
  readonly dropIn = join(this.base, 'etc/systemd/system/ctdb.service.d/ctdb-hook.conf');
  readonly #environment: (base: string) => Readonly<Record<string, string>>;

  /** @param environment what commands get besides; PATH decides whether there is dpkg and systemctl. */
  constructor(
    files: Readonly<Record<string, Planted | string>>,
    environment: (base: string) => Readonly<Record<string, string>>,
  ) {
    this.#environment = environment;
    for (const name of ['run', 'var/cache', 'events/legacy', 'etc/systemd/system', 'helpers'])
      mkdirSync(join(this.base, name), { recursive: true });
    plant(this.base, files);
  }

  /** Calls ctdb-hook. */
  hook(...words: string[]): Promise<HookResult> {
    return this.call(hook, ...words);
  }

  /** Calls any program. */
  async call(file: string, ...words: string[]): Promise<HookResult> {
    const { exitCode, all } = await execa(file, words, {
      env: {
        CTDB_TEST_MODE: '1',
        CTDB_BASE: this.base,
        CTDB_TEST_HELPER_BINDIR: this.helpers,
        CTDB_SYS_ETCDIR: join(this.base, 'etc'),
        ...this.#environment(this.base),
      },
      all: true,
      encoding: 'buffer',
      reject: false,
      stdin: 'ignore',
      stripFinalNewline: false,
      timeout: 60_000,
    });
    const bytes = Buffer.from(all);
    return { status: exitCode ?? -1, output: bytes.toString().replaceAll(this.base, 'BASE'), bytes };
  }

  /** What stands at a path below the temporary directory: the same text for the same file, mode, owner and content. */
  at(name: string): string {
    const path = join(this.base, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return 'nothing';
    if (stats.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
    const { ino, mode, uid, gid, mtimeMs } = stats;
    const content = stats.isFile() ? readFileSync(path, 'latin1') : 'directory';
    return `${ino} ${mode.toString(8)} ${uid}:${gid} ${mtimeMs} ${content}`;
  }
}

/** A node whose CTDB is of no package that dpkg knows. */
export const nodeWithoutDpkg = (files: Readonly<Record<string, Planted | string>> = {}): SwitchNode =>
  new SwitchNode({ 'helpers/ctdb-eventd': stockEventd, ...files }, () => ({ PATH: '/nonexistent' }));
