import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { chooseEventd } from './choose-eventd.ts';
import { heldAddresses, localAddresses } from './local-addresses.ts';
import { sharedDirectory, type CommandOutcome, type Machine } from './machine.ts';
import type { Release } from './release.ts';
import { releaseUnderTest } from './releases.ts';

/** The event daemon that ctdbd starts: this checkout's, or CTDB's own. */
export type Eventd = 'ours' | 'stock';

/** What is installed on each node of a cluster. */
export interface NodePlan {
  /** How many nodes the cluster has. */
  readonly nodes: number;
  /** The public addresses (IP/BITS), all on eth0; IPv6 in canonical form. */
  readonly publicAddresses: readonly string[];
  /** Stock scripts to enable, such as `00.ctdb`; a link of the same name takes the place of one. */
  readonly scripts: readonly string[];
  /** Plugins to install as `NN.name.script` links to this checkout's `bin/ctdb-hook`, such as `10.interface`. */
  readonly links?: readonly string[];
  /** Built-in plugins to install as `NN.name.ts` links, which only our event daemon runs. */
  readonly plugins?: readonly string[];
  /** The event daemon of each node by number; CTDB's own if it is not given. */
  readonly eventd?: (pnn: number) => Eventd;
  /** Whether the client stands on the real computer's file system even where the nodes are of another release. */
  readonly hasOwnClient?: boolean;
  /** What ctdbd's environment has beside the least, and with it that of its event daemon. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The text of `script.options`. */
  readonly options?: string;
  /** Puts in place what else the node needs, before its ctdbd starts. */
  readonly prepareNode?: (node: ClusterNode) => Promise<void>;
}

const eventDirectory = '/etc/ctdb/events/legacy';

/** The directory of a node's own files: the scenario's, not CTDB's. */
export const scenarioDirectory = '/run/scenario';

const stockScripts = '/usr/share/ctdb/events/legacy';
const ours = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const hook = ours('bin/ctdb-hook');
const tunablesPath = '/etc/ctdb/ctdb.tunables';
const logPath = '/var/log/ctdb/log.ctdb';

/** How long ctdbd may take to shut down, in milliseconds: it releases its addresses and runs `shutdown` before. */
const shutdownMs = 40_000;

/** Between two looks at whether it has. */
const pollMs = 50;

/** The private address of a node, by which the nodes of a cluster know each other. */
const privateAddress = (pnn: number): string => `10.99.0.${pnn + 1}`;

/** One node of a cluster: a machine that runs Debian's ctdbd with a configuration of its own. */
export class ClusterNode {
  readonly pnn: number;
  readonly machine: Machine;
  readonly release: Release = releaseUnderTest;
  /** The event daemon that ctdbd is started with the next time. */
  eventd: Eventd = 'stock';
  #ctdbd: string | undefined;
  #environment: Readonly<Record<string, string>> = {};

  constructor(pnn: number, machine: Machine) {
    this.pnn = pnn;
    this.machine = machine;
  }

  /** Whether ctdbd was started, and nobody has stopped it; whether it is there is another question. */
  get isStarted(): boolean {
    return this.machine.isOn && this.#ctdbd !== undefined;
  }

  /** What its cable carries: the address that its peers know it by (IP/BITS). */
  get address(): string {
    return `${privateAddress(this.pnn)}/24`;
  }

  /** Lays out CTDB's directories: Debian's own files, and on top of them what the plan says. */
  async layOut(plan: NodePlan): Promise<void> {
    await this.machine.run('sh', '-ec', layOutDirectories(this.release));
    const etc = (name: string, text: string): Promise<void> => this.machine.write(`/etc/ctdb/${name}`, text);
    await etc('ctdb.conf', configuration(this.release));
    await etc('ctdb.tunables', tunables);
    await etc('nodes', linesOf(Array.from({ length: plan.nodes }, (_, pnn) => privateAddress(pnn))));
    await etc('public_addresses', linesOf(plan.publicAddresses.map((address) => `${address} eth0`)));
    await this.setOptions(plan.options ?? '');
    // A checkout that was not built is better found here than by ctdbd, which exits when an event fails at its start.
    if (plan.links !== undefined) await this.machine.run(hook, '--version');
    const scripts = plan.scripts.filter((name) => plan.links?.includes(name) !== true);
    for (const name of scripts) await this.#link(`${stockScripts}/${name}.script`, `${name}.script`);
    for (const name of plan.links ?? []) await this.#link(hook, `${name}.script`);
    for (const name of plan.plugins ?? []) await this.#link(ours(`plugins/${name}/plugin.ts`), `${name}.ts`);
    this.eventd = plan.eventd?.(this.pnn) ?? 'stock';
    this.#environment = plan.environment ?? {};
    await plan.prepareNode?.(this);
  }

  /** Starts ctdbd, which returns once it has become a daemon; the cluster takes seconds from there. */
  async start(): Promise<void> {
    const chosen = await chooseEventd(this.machine, this.release, this.eventd);
    const variables = Object.entries({ ...this.#environment, ...chosen });
    const settings = variables.map(([name, value]) => `${name}=${value}`);
    await this.machine.run('env', ...settings, ...this.release.start);
    this.#ctdbd = await this.#readPid();
  }

  /** Stops ctdbd as an administrator does, and returns when it is gone. */
  async stop(): Promise<void> {
    const pid = this.#ctdbd;
    this.#ctdbd = undefined;
    await this.ctdb('shutdown');
    await this.#waitForEnd(pid, '"ctdb shutdown"');
  }

  /** Whether the ctdbd that was started last is there. */
  isCtdbdAlive(): boolean {
    return this.#ctdbd !== undefined && this.#isCtdbd(this.#ctdbd);
  }

  /** Takes notice that ctdbd has ended by itself, which was expected. */
  noteEnd(): void {
    this.#ctdbd = undefined;
  }

  /** Ends ctdbd as a crash does, and returns when it is gone. */
  async kill(): Promise<void> {
    const pid = this.#ctdbd;
    if (pid === undefined) throw new Error(`ctdbd of node ${this.pnn} was not started`);
    this.#ctdbd = undefined;
    await this.killAtOnce([pid]);
    await this.#waitForEnd(pid, 'SIGKILL');
  }

  /** Ends processes at once, by their ids. */
  async killAtOnce(pids: readonly string[]): Promise<void> {
    if (pids.length > 0) await this.machine.attempt('kill', '-KILL', ...pids);
  }

  /** Replaces `script.options`, which CTDB's scripts and ours read for every event. */
  async setOptions(options: string): Promise<void> {
    await this.machine.write('/etc/ctdb/script.options', options);
  }

  /** Sets a tunable of ctdbd, now and for its next start. */
  async setTunable(name: string, value: number): Promise<void> {
    const before = await this.machine.read(tunablesPath);
    await this.machine.write(tunablesPath, `${before}${name}=${value}\n`);
    if (this.isStarted) await this.ctdb('setvar', name, `${value}`);
  }

  /** The path of a file in its event directory. */
  entryPath(name: string): string {
    return `${eventDirectory}/${name}`;
  }

  /** Installs an author's own file, such as `70.author.ts` or `65.witness.script`, in the event directory. */
  async install(name: string, text: string): Promise<void> {
    await this.machine.write(this.entryPath(name), text, 0o755);
  }

  /** Runs the ctdb command on this node and returns what it says; throws if it fails. */
  ctdb(...args: readonly string[]): Promise<string> {
    return this.machine.run('ctdb', ...args);
  }

  /** Runs the ctdb command on this node and tells how it ended. */
  attemptCtdb(...args: readonly string[]): Promise<CommandOutcome> {
    return this.machine.attempt('ctdb', ...args);
  }

  /** The number of the node that leads, by the word of this one. */
  async leader(): Promise<number> {
    return Number(await this.ctdb(this.release.leaderCommand));
  }

  /** Takes the node out of service: its public addresses move. */
  async disable(): Promise<void> {
    await this.ctdb('disable');
  }

  /** Puts the node back into service. */
  async enable(): Promise<void> {
    await this.ctdb('enable');
  }

  /** All addresses that its kernel has, whoever put them there. */
  kernelAddresses(): readonly string[] {
    return localAddresses(this.machine.pid);
  }

  /** Those of them that it holds: not what our event daemon has put on ahead of its `takeip`. */
  heldAddresses(): readonly string[] {
    return heldAddresses(this.machine.pid);
  }

  /** What ctdbd, its event daemon and the scripts have logged. */
  log(): Promise<string> {
    return this.machine.read(logPath);
  }

  async #link(target: string, file: string): Promise<void> {
    await this.machine.run('ln', '-s', target, this.entryPath(file));
  }

  async #readPid(): Promise<string> {
    const pidFile = `${this.release.eventdDir}/ctdbd.pid`;
    const pid = (await this.machine.read(pidFile)).trim();
    if (!/^\d+$/.test(pid))
      throw new Error(`${pidFile} of node ${this.pnn} has "${pid}", expected a process id`);
    return pid;
  }

  async #waitForEnd(pid: string | undefined, after: string): Promise<void> {
    const deadline = performance.now() + shutdownMs;
    while (this.#isCtdbd(pid)) {
      if (performance.now() > deadline)
        throw new Error(`ctdbd of node ${this.pnn} is still there ${shutdownMs} ms after ${after}`);
      await delay(pollMs);
    }
  }

  #isCtdbd(pid: string | undefined): boolean {
    return pid !== undefined && this.machine.commandOf(pid) === 'ctdbd';
  }
}

const linesOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** Debian's /etc/ctdb, with nothing enabled, in memory; and empty directories where ctdbd keeps its things. */
const layOutDirectories = ({ root, runDirs, addedRunDirs }: Release): string => `
${root === undefined ? coverDirectories : ''}
rm -f /etc/ctdb/events/legacy/*
mkdir -p ${[...runDirs, ...addedRunDirs].join(' ')} /var/log/ctdb /var/cache/ctdb-hook /var/lib/ctdb/volatile /var/lib/ctdb/persistent /var/lib/ctdb/state
chmod 0700 /var/cache/ctdb-hook
mkdir ${scenarioDirectory}
`;

/** What a machine on the real computer's file system must not write to. */
const coverDirectories = `
cp -a /etc/ctdb /run/etc-ctdb
mount -n --bind /run/etc-ctdb /etc/ctdb
mkdir -p /var/lib/ctdb-hook
for path in /var/lib/ctdb /var/lib/ctdb-hook; do mount -n -t tmpfs -o mode=0755 tmpfs $path; done
`;

/**
 * The nodes share a lock, as ctdb.conf(5) asks for. A node without real-time priority cannot starve a small machine.
 *
 * A leader that has fallen silent is replaced after 2 s rather than 5, which only shortens the waiting; CTDB before 4.16
 * has no such option, and passes over it.
 */
const configuration = ({ lockOption }: Release): string => `
[logging]
  location = file:${logPath}
  log level = NOTICE
[cluster]
  ${lockOption} = ${sharedDirectory}/cluster-lock
  leader timeout = 2
[legacy]
  realtime scheduling = false
`;

/**
 * Tunables that shorten the waiting between events (ctdb-tunables(7)) and change nothing about events themselves.
 *
 * MonitorInterval: how soon a failing monitor is noticed; 15 s by default.
 * RerecoveryTimeout: how long the first recovery holds up the startup event; 10 s by default.
 * KeepaliveInterval and KeepaliveLimit: a dead node is noticed after 3 to 4 s; 25 to 30 s by default.
 * TickleUpdateInterval: how soon the nodes know of each other's connections; 20 s by default.
 */
const tunables = `
MonitorInterval=2
RerecoveryTimeout=1
KeepaliveInterval=1
KeepaliveLimit=3
TickleUpdateInterval=1
`;
