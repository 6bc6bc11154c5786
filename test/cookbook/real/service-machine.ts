import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { Talker } from '../../support/namespace.ts';
import { Machine, type CommandOutcome } from '../../cluster/machine.ts';
import { serviceRoot } from './service-root.ts';

const ours = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const hook = ours('bin/ctdb-hook');
const eventDirectory = '/etc/ctdb/events/legacy';

/** How an event ended, and what the recipe said. */
export interface Raised {
  readonly status: number;
  readonly output: string;
}

/** What `ctdb-hook run --json` prints, as far as it is looked at here. */
interface Run {
  readonly result: number;
  readonly entries: readonly { readonly name: string; readonly output: string }[];
}

/** What a machine is made with. */
export interface Setting {
  /** Lines of script.options. */
  readonly options?: Readonly<Record<string, string>>;
  /** Files of the services, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** The machine whose `/run/shared` stands for the cluster file system. */
  readonly beside?: Machine;
  /** What is done before ctdb-hook runs for the first time: a shell script. */
  readonly prepare?: string;
}

/**
 * A throwaway Debian 12 with the real services and one recipe beside 10.interface, and a client with a network of its own. No
 * ctdbd runs there: the test raises the events.
 */
export class ServiceMachine {
  readonly machine: Machine;
  readonly #recipe: string;

  private constructor(machine: Machine, recipe: string) {
    this.machine = machine;
    this.#recipe = recipe;
  }

  /** Starts one, which ends with the running test. */
  static async start(
    recipe: string,
    { options = {}, files = {}, beside, prepare = '' }: Setting = {},
  ): Promise<ServiceMachine> {
    const machine = await Machine.start('node', { root: serviceRoot, beside });
    onTestFinished(() => machine.powerOff());
    await machine.run('sh', '-ec', layOut);
    const lines = Object.entries(options).map(([name, value]) => `${name}="${value}"\n`);
    await machine.write('/etc/ctdb/script.options', lines.join(''));
    await machine.write('/etc/ctdb/public_addresses', '10.0.0.1/24 eth0\n10.0.0.2/24 eth0\n');
    const plugin = await readFile(ours(`test/cookbook/${recipe}.ts`), 'utf8');
    await machine.write(`${eventDirectory}/${recipe}.ts`, plugin, 0o755);
    for (const [path, text] of Object.entries(files)) await machine.write(path, text);
    await machine.run('sh', '-ec', prepare);
    return new ServiceMachine(machine, recipe);
  }

  /** Raises an event by ctdb-hook, as an administrator does: all plugins, in NN order. */
  async raise(...event: readonly string[]): Promise<Raised> {
    const { stdout, stderr } = await this.machine.attempt(hook, 'run', ...event, '--json');
    if (stdout === '') throw new Error(`${event.join(' ')} was not run: ${stderr}`);
    const { result, entries } = JSON.parse(stdout) as Run;
    return { status: result, output: entries.find(({ name }) => name === this.#recipe)?.output ?? '' };
  }

  /** Raises events that have to go well, with no warning of the recipe. @throws Error with what it said. */
  async succeed(...events: readonly string[]): Promise<void> {
    for (const event of events) {
      const { status, output } = await this.raise(...event.split(' '));
      if (status !== 0 || /^(ERROR|WARNING)/m.test(output))
        throw new Error(`${event} ended with ${status} and said: ${output}`);
    }
  }

  /** What a takeover run does for an address that comes. */
  take(ip: string): Promise<void> {
    return this.succeed(`takeip eth0 ${ip} 24`, 'ipreallocated');
  }

  /** Runs a command as a client, which has a network of its own and reaches the node by its public addresses. */
  client(...command: readonly string[]): Promise<CommandOutcome> {
    return this.machine.attempt('ip', 'netns', 'exec', 'client', ...command);
  }

  /** Starts a command in the machine that goes on while the test does. */
  start(...command: readonly string[]): Talker {
    return new Talker(['nsenter', ...this.machine.entrance(), ...command]);
  }

  /** Starts a command as a client. */
  startClient(...command: readonly string[]): Talker {
    return this.start('ip', 'netns', 'exec', 'client', ...command);
  }

  /** Kills the processes whose command line has a match, of which there has to be one. */
  async kill(pattern: RegExp): Promise<void> {
    await this.machine.run('kill', '-KILL', ...this.machine.pidsOf(pattern));
  }

  /** Runs a shell script in the machine. @throws Error if it fails. */
  shell(script: string): Promise<string> {
    return this.machine.run('sh', '-ec', script);
  }
}

const layOut = `
rm -f ${eventDirectory}/*
ln -s ${ours('plugins/10.interface/plugin.ts')} ${eventDirectory}/10.interface.ts
echo '127.0.1.1 node' >>/etc/hosts
ip netns add client
ip link add eth0 type veth peer name eth0 netns client
ip link set eth0 up
ip -n client link set lo up
ip -n client link set eth0 up
ip -n client addr add 10.0.0.100/24 dev eth0
`;
