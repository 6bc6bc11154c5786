import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { raisePlugin, type Raised } from './raise-plugin.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const stubs = join(packageRoot, 'test/support/stubs');

const nodes: StubNode[] = [];

afterEach(() => {
  const refused = nodes.splice(0).flatMap((node) => node.lines('refused'));
  if (refused.length > 0)
    throw new Error(`commands in forms that the stubs do not know: ${refused.join('; ')}`);
});

/** A node whose commands are stubs: what there is on it is in files, and every command run is recorded in order. */
export class StubNode {
  readonly #directory = temporaryDirectory();
  readonly environment: NodeJS.ProcessEnv;

  /** A node with these commands missing. */
  constructor(missing: readonly string[] = []) {
    mkdirSync(this.path('state'));
    mkdirSync(this.path('bin'));
    for (const name of commands.filter((command) => !missing.includes(command))) {
      symlinkSync(join(stubs, name), this.path(`bin/${name}`));
    }
    symlinkSync(join(stubs, 'stub.sh'), this.path('bin/stub.sh'));
    this.environment = {
      PATH: `${this.path('bin')}:/usr/bin:/bin`,
      CTDB_BASE: this.path('etc'),
      CTDB_SCRIPT_VARDIR: this.path('var/scripts'),
      CTDB_SYS_ETCDIR: this.path('sysetc'),
      CTDB_HELPER_BINDIR: this.path('bin'),
      CTDB_TEST_MODE: '1',
      PROCFS_PATH: this.path('proc'),
      STUB_STATE: this.path('state'),
    };
    nodes.push(this);
  }

  /** CTDB_BASE. */
  get base(): string {
    return this.path('etc');
  }

  /** A path below the node's own root. */
  path(name: string): string {
    return join(this.#directory, name);
  }

  /** Writes a file below the node's root, and the directories that lead to it. */
  write(name: string, ...lines: readonly string[]): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), lines.map((line) => `${line}\n`).join(''));
  }

  /** The text of a file below the node's root, or undefined if it is not there. */
  read(name: string): string | undefined {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), 'utf8') : undefined;
  }

  /** The names in a directory below the node's root. */
  list(name: string): string[] {
    return readdirSync(this.path(name)).sort();
  }

  /** Sets lines of the state that the stubs share. */
  set(name: string, ...lines: readonly string[]): void {
    this.write(`state/${name}`, ...lines);
  }

  /** The lines of the state that the stubs share. */
  lines(name: string): string[] {
    return (this.read(`state/${name}`) ?? '').split('\n').filter((line) => line !== '');
  }

  /** Raises an event in one plugin. */
  async raise(plugin: string, ...event: readonly string[]): Promise<Raised> {
    return raisePlugin(plugin, event, { environment: this.environment });
  }

  /** Raises an event whose time is up already. */
  async raiseAborted(plugin: string, ...event: readonly string[]): Promise<Raised> {
    return raisePlugin(plugin, event, { environment: this.environment, signal: AbortSignal.abort() });
  }

  /** The commands that were run since this was last asked. */
  calls(): string[] {
    const calls = this.lines('calls');
    this.set('calls');
    return calls;
  }
}

const commands = [
  'ip',
  'ss',
  'ethtool',
  'iptables',
  'ip6tables',
  'nft',
  'ctdb',
  'ctdb_killtcp',
  'ctdb-config',
];
