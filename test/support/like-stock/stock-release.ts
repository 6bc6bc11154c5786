import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../../core/package/package-root.ts';
import type { Raised } from '../raise-plugin.ts';

/** The scripts of one release of CTDB, as a package has them below a root directory. */
export class StockRelease {
  readonly #scripts: string;
  readonly #functions: string;

  /** @param root `/`, or where a package was unpacked or a system was installed. */
  constructor(root: string) {
    this.#scripts = join(root, 'usr/share/ctdb/events/legacy');
    this.#functions = join(root, 'etc/ctdb/functions');
    for (const path of [this.#scripts, this.#functions])
      if (!existsSync(path))
        throw new Error(`There is no ${path}, expected CTDB's own scripts below ${root}`);
  }

  /** Puts the release's scripts where ctdb-hook looks for them in CTDB's test mode. */
  plant(base: string): void {
    const to = join(base, 'share/events/legacy');
    mkdirSync(to, { recursive: true });
    for (const name of readdirSync(this.#scripts)) copyFileSync(join(this.#scripts, name), join(to, name));
    copyFileSync(this.#functions, join(base, 'functions'));
  }

  /** Whether a script has this text. */
  scriptSays(name: string, text: string): boolean {
    return readFileSync(join(this.#scripts, `${name}.script`), 'utf8').includes(text);
  }

  /** Whether the functions have it. */
  functionsSay(text: string): boolean {
    return readFileSync(this.#functions, 'utf8').includes(text);
  }

  /** Raises an event in a script of the release, whose proc and service commands are the node's. */
  async raise(
    name: string,
    event: readonly string[],
    environment: Readonly<Record<string, string | undefined>>,
  ): Promise<Raised> {
    const base = environment['CTDB_BASE'] ?? '';
    copyFileSync(join(stubs, 'rc.local'), join(base, 'rc.local'));
    chmodSync(join(base, 'rc.local'), 0o755);
    // Both streams as one, as the event daemon has them: two come out in another order.
    const script = join(this.#scripts, `${name}.script`);
    const { exitCode, stdout } = await execa('sh', ['-c', 'exec sh "$@" 2>&1', 'sh', script, ...event], {
      env: { ...environment, PATH: `${stubs}:${environment['PATH'] ?? ''}`, CTDB: 'ctdb' },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      stripFinalNewline: false,
      timeout: 30_000,
    });
    return { status: exitCode === 0 ? 0 : 1, output: stdout };
  }
}

const stubs = join(packageRoot, 'test/support/stubs-stock');
