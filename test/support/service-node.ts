import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { plainOrBytes } from '../../core/text/bytes-as-text.ts';
import type { Namespace } from './namespace.ts';
import { raisePlugin, type Raised, type RaiseSetting } from './raise-plugin.ts';
import { plant, temporaryDirectory } from './temporary-directory.ts';

const nodes: ServiceNode[] = [];

afterEach(() => {
  const refused = nodes
    .splice(0)
    .flatMap((node) => node.calls().filter((call) => call.startsWith('STUB REFUSES')));
  if (refused.length > 0)
    throw new Error(`commands in forms that the stubs do not know: ${refused.join('; ')}`);
});

/**
 * A node with one built-in plugin, and stubs for the commands of services.
 *
 * Everything is below a directory of its own: `base` (CTDB_BASE), `var`, `helpers`, `etc`, `proc`, `stubs` (in front
 * of PATH), and `state`, from which the stubs take what the node is like and where they record their calls.
 */
export class ServiceNode {
  readonly #root = temporaryDirectory();
  readonly #plugin: string;

  constructor(plugin: string) {
    nodes.push(this);
    this.#plugin = plugin;
    for (const directory of ['base', 'helpers', 'proc', 'state', 'var']) this.makeDirectory(directory);
    cpSync(join(import.meta.dirname, 'stubs-services'), this.path('stubs'), { recursive: true });
    this.plant('etc/os-release', 'ID=debian\n');
  }

  /** Raises an event. */
  raise(event: string, ...argv: string[]): Promise<Raised> {
    return this.raiseWith({}, event, ...argv);
  }

  /** Raises an event at which the runner has changes to tell, or that it cancels. */
  raiseWith(setting: Omit<RaiseSetting, 'environment'>, event: string, ...argv: string[]): Promise<Raised> {
    return raisePlugin(this.#plugin, [event, ...argv], { environment: this.environment, ...setting });
  }

  /** Raises an event in a network namespace, as under `netlink`, in a process of its own. */
  async raiseIn(namespace: Namespace, event: string, more: NodeJS.ProcessEnv = {}): Promise<Raised> {
    const program = join(import.meta.dirname, 'raise-event.ts');
    const command = [process.execPath, '--conditions=source', program, this.#plugin, event];
    const environment = { ...this.environment, RAISE_NETWORK_NAME: 'netlink', ...more };
    const raiser = namespace.spawn(command, environment);
    return { status: (await raiser.exited) === 0 ? 0 : 1, output: raiser.output };
  }

  /** The calls of the stubs so far, in the order in which they began. */
  calls(): readonly string[] {
    return this.exists('state/calls') ? this.read('state/calls').trimEnd().split('\n') : [];
  }

  clearCalls(): void {
    this.remove('state/calls');
  }

  /** What was written to CTDB's log. */
  log(): string {
    return this.exists('log') ? this.read('log') : '';
  }

  /** Sets the lines of script.options. */
  options(...lines: string[]): void {
    this.plant('base/script.options', lines.map((line) => `${line}\n`).join(''));
  }

  /** CTDB_BASE. */
  get base(): string {
    return this.path('base');
  }

  /** The absolute path of something on this node. */
  path(name: string): string {
    return join(this.#root, name);
  }

  plant(name: string, text: string): void {
    plant(this.#root, { [name]: text });
  }

  plantExecutable(name: string, text: string): void {
    this.remove(name);
    plant(this.#root, { [name]: { text, mode: 0o755 } });
  }

  /** Puts a stub, which says what it was called as, in another place. */
  plantStub(name: string, stub: string): void {
    this.makeDirectory(dirname(name));
    copyFileSync(this.path(`stubs/${stub}`), this.path(name));
  }

  makeDirectory(name: string): void {
    mkdirSync(plainOrBytes(this.path(name)), { recursive: true });
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  exists(name: string): boolean {
    return existsSync(this.path(name));
  }

  remove(name: string): void {
    rmSync(this.path(name), { recursive: true, force: true });
  }

  /** As ctdbd has it in its test mode, so that nothing outside this directory is touched. */
  get environment(): Record<string, string> {
    return {
      PATH: `${this.path('stubs')}:/usr/bin:/bin`,
      CTDB_TEST_MODE: 'yes',
      CTDB_BASE: this.path('base'),
      CTDB_SCRIPT_VARDIR: this.path('var'),
      CTDB_HELPER_BINDIR: this.path('helpers'),
      CTDB_SYS_ETCDIR: this.path('etc'),
      CTDB_LOGGING: `file:${this.path('log')}`,
      PROCFS_PATH: this.path('proc'),
      STUBS_DIR: this.path('stubs'),
      STUBS_STATE: this.path('state'),
    };
  }
}
