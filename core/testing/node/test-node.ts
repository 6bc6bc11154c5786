import { newestTried, parseRelease } from '../../ctdb-installation/release.ts';
import type { EventName } from '../../events/events.ts';
import { Ledger } from '../../ledger/ledger.ts';
import type { NetworkName } from '../../network/network.ts';
import { type AnyPlugin, checkDefinition } from '../../plugin-loading/check-definition.ts';
import type { Context } from '../../plugin-api/context.ts';
import { Stopped } from '../../process/stop-signal.ts';
import type { FailsAs } from '../world/faults.ts';
import type { VirtualClock } from '../world/virtual-clock.ts';
import { World } from '../world/world.ts';
import { NodeOptions } from './node-options.ts';
import { EventRuns } from './event-runs.ts';
import { NodeProcess, type NodeProcessSetting } from './node-process.ts';
import type { RaiseResult } from './raise-result.ts';

/** What a fake node is made from. */
export interface TestNodeSetting {
  /** The plugin: what its file exports by default. */
  readonly plugin?: object;
  /** The name of `plugin`; 50.plugin by default. */
  readonly name?: string;
  /** Several plugins, by their names. */
  readonly plugins?: Readonly<Record<string, object>>;
  /** The variables of script.options. */
  readonly options?: Readonly<Record<string, string>>;
  /** Lines of the public_addresses file, such as `10.0.0.1/24 eth0`. An address of which an event is raised is added. */
  readonly publicAddresses?: readonly string[];
  /** The number of the node; 0 by default. */
  readonly pnn?: number;
  /** The release of CTDB, such as `4.17`: then plugins do what its scripts did. The newest by default. */
  readonly release?: string;
  /** The network's name, by which plugins choose: `netlink`, as under the event daemon, by default. */
  readonly network?: NetworkName;
  /** How long an event may take, in milliseconds (EventScriptTimeout); 30 seconds by default. */
  readonly timeoutMs?: number;
  /** More variables in the environment of all commands. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A world that is there already, or shares its clock with others. */
  readonly world?: World;
  /** Gives handlers another context in the place of their own: for a dry run. */
  readonly replaceContext?: (context: Context) => Context;
}

/** EventScriptTimeout of ctdb-tunables(7), in milliseconds. */
const eventTimeoutMs = 30_000;

/** The environment of ctdbd's scripts on Debian, as far as plugins may rely on it. */
const ctdbdEnvironment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' } as const;

/** An event that goes on. */
export interface Raising {
  /** How it comes out. Who waits for it has the clock go on by leaps; until then only `clock.advance` moves it. */
  readonly done: Promise<RaiseResult>;
  /** Cancels it, as ctdbd does with a `monitor` when another event comes. */
  readonly cancel: () => void;
}

/** A node with the real run of events, ledger, options and context, in a fake world. */
export class TestNode implements AsyncDisposable {
  readonly world: World;
  /** The options that an administrator sets. */
  readonly options: NodeOptions;
  /** What was reported beside events, such as an error that nobody awaited. */
  readonly reports: string[] = [];
  readonly #plugins: Map<string, AnyPlugin>;
  readonly #runs: EventRuns;
  readonly #ledger = Ledger.copy('/nonexistent/ctdb-hook-testing/ledger', { report: () => undefined });
  readonly #processSetting: NodeProcessSetting;
  #process: NodeProcess;
  #raising:
    { readonly event: string; readonly cancel: () => void; readonly done: Promise<unknown> } | undefined;

  constructor(setting: TestNodeSetting) {
    const { options = {}, publicAddresses = [], network = 'netlink', environment = {} } = setting;
    this.world = setting.world ?? new World(setting.pnn === undefined ? {} : { pnn: setting.pnn });
    const release = setting.release === undefined ? newestTried : parseRelease(setting.release);
    if (release === undefined)
      throw new Error(`release is ${JSON.stringify(setting.release)}, expected one such as "4.22"`);
    this.options = new NodeOptions(this.world, options, { ...ctdbdEnvironment, ...environment });
    this.#plugins = pluginsOf(setting);
    if (publicAddresses.length > 0)
      this.files.set('/etc/ctdb/public_addresses', publicAddresses.map((line) => `${line}\n`).join(''));
    this.#processSetting = {
      world: this.world,
      plugins: this.#plugins,
      ledger: this.#ledger,
      options: this.options,
      release,
      isReleaseNamed: setting.release !== undefined,
      networkName: network,
      report: (message) => this.reports.push(message),
      ...(setting.replaceContext !== undefined && { replaceContext: setting.replaceContext }),
    };
    this.#process = new NodeProcess(this.#processSetting);
    const processOf = (): NodeProcess => this.#process;
    this.#runs = new EventRuns({
      ...this.#processSetting,
      timeoutMs: setting.timeoutMs ?? eventTimeoutMs,
      processes: {
        get now() {
          return processOf();
        },
        restart: () => {
          this.#restart();
        },
      },
    });
  }

  get clock(): VirtualClock {
    return this.world.clock;
  }

  get commands(): World['commands'] {
    return this.world.commands;
  }

  get services(): World['services'] {
    return this.world.services;
  }

  get files(): World['files'] {
    return this.world.files;
  }

  get rpc(): World['rpc'] {
    return this.world.rpc;
  }

  get ports(): World['ports'] {
    return this.world.ports;
  }

  get kernel(): World['kernel'] {
    return this.world.kernel;
  }

  get ctdb(): World['ctdb'] {
    return this.world.ctdb;
  }

  /** The public addresses that are on the node, such as `10.0.0.1/24 eth0`. */
  get addresses(): readonly string[] {
    const ips = new Set(this.ctdb.publicAddresses()?.ips);
    return this.kernel.addresses
      .filter(({ ip }) => ips.has(ip))
      .map(({ ip, maskBits, iface }) => `${ip}/${maskBits} ${iface}`);
  }

  /** What a plugin remembers. */
  stateOf(plugin: string): Readonly<Record<string, unknown>> {
    return this.#ledger.readState(plugin);
  }

  /** The next `times` calls whose words begin with these fail: `fail('service nginx start', 'unit is masked')`. */
  fail(what: string, as?: FailsAs, times = 1): void {
    this.world.faults.add(what, { kind: 'fails', as }, times);
  }

  /** They take this long, in milliseconds. */
  delay(what: string, timeMs: number, times = 1): void {
    this.world.faults.add(what, { kind: 'takes', timeMs }, times);
  }

  /** They never end. */
  hang(what: string, times = 1): void {
    this.world.faults.add(what, { kind: 'hangs' }, times);
  }

  /** At the next of them the process that runs the plugins is killed. The next event has a new one. */
  kill(what: string): void {
    this.world.faults.add(what, { kind: 'kills' }, 1);
  }

  /**
   * Starts a new process for the plugins. What they have in variables of their modules stays, unless they are given anew, as loaded
   * under another URL.
   */
  restart(plugins: Readonly<Record<string, object>> = {}): Promise<void> {
    for (const [name, plugin] of pluginsOf({ plugins })) this.#plugins.set(name, plugin);
    this.#restart();
    return Promise.resolve();
  }

  /** Raises an event, as ctdbd does, and waits for its end. Rejects if a plugin asked for something that the test does not declare. */
  raise(event: EventName, ...argv: readonly string[]): Promise<RaiseResult> {
    return this.start(event, ...argv).done;
  }

  /** Raises an event, and does not wait. A `monitor` that goes on is cancelled by it, as ctdbd does. */
  start(event: EventName, ...argv: readonly string[]): Raising {
    return this.startWithin(undefined, event, ...argv);
  }

  /** The same, where less time than usual is left, in milliseconds: an event may have waited for others. */
  startWithin(timeoutMs: number | undefined, event: EventName, ...argv: readonly string[]): Raising {
    const stop = new AbortController();
    const cancel = (): void => {
      stop.abort(new Stopped('cancelled'));
    };
    const before = this.#raising;
    if (before?.event === 'monitor') before.cancel();
    else if (before !== undefined)
      throw new Error(
        `${event} is raised while ${before.event} goes on, expected its end first: await node.raise(...)`,
      );
    const done = this.#afterwards(before?.done, () => this.#runs.run({ name: event, argv }, stop, timeoutMs));
    const raising = { event, cancel, done };
    this.#raising = raising;
    const forget = (): void => {
      if (this.#raising === raising) this.#raising = undefined;
    };
    done.then(forget, forget);
    const { clock } = this;
    return {
      get done() {
        return clock.drive(done);
      },
      cancel,
    };
  }

  /** Closes the node. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#raising?.cancel();
    if (this.#raising !== undefined) await this.clock.drive(this.#raising.done).catch(() => undefined);
    this.#process.end();
    this.#ledger.close();
  }

  #restart(): void {
    this.#process.end();
    this.#process = new NodeProcess(this.#processSetting);
  }

  async #afterwards<T>(before: Promise<unknown> | undefined, work: () => Promise<T>): Promise<T> {
    await before?.catch(() => undefined);
    return work();
  }
}

/** @throws Error for what is no plugin, or has no name of one */
function pluginsOf({ plugin, name = '50.plugin', plugins = {} }: TestNodeSetting): Map<string, AnyPlugin> {
  const all = { ...plugins, ...(plugin !== undefined && { [name]: plugin }) };
  return new Map(
    Object.entries(all).map(([each, definition]) => {
      if (!/^\d\d\../.test(each))
        throw new Error(
          `the name of a plugin is ${JSON.stringify(each)}, expected NN.name, such as "55.web"`,
        );
      const checked = checkDefinition(definition);
      if ('what' in checked) throw new Error(`${each}: ${checked.what}`);
      return [each, checked];
    }),
  );
}
