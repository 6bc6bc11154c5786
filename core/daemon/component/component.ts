import { statSync } from 'node:fs';
import type { About } from '../../eventd-protocol/about.ts';
import { type EventStatus } from '../../eventd-protocol/status.ts';
import { results } from '../../eventd-protocol/messages.ts';
import { ComponentRunner, type ComponentTools } from './component-runner.ts';
import { enableScript } from './enable-script.ts';
import { EventQueue } from '../queue/event-queue.ts';
import { HostPool } from '../plugin-hosts/host-pool.ts';
import type { HostProcessSettings } from '../plugin-hosts/start-host.ts';
import { PluginsInForce } from '../plugin-hosts/plugins-in-force.ts';
import type { Report } from '../report.ts';
import { ComponentReader } from '../changed-files/read-component.ts';
import { StatusStore } from './status-store.ts';

/** What a component is made from, except the parts that it makes itself. */
export type ComponentSettings = Omit<ComponentTools, 'reader' | 'keeper' | 'store'> &
  Omit<HostProcessSettings, 'environment'> & {
    /** Its directory. */
    readonly directory: string;
    readonly hostEnvironment: NodeJS.ProcessEnv;
    /** A plugin host is started. */
    readonly onHostStart: () => void;
  };

/** A directory of scripts and plugins, such as `legacy`: its queue, its plugin host, and the status of its events. */
export class Component {
  readonly #directory: string;
  readonly #report: Report;
  readonly #reader: ComponentReader;
  readonly #pool: HostPool;
  readonly #keeper: PluginsInForce;
  readonly #store = new StatusStore();
  readonly #queue: EventQueue;
  #exists: boolean | undefined;
  #monitorTimeoutS: number | undefined;

  constructor(settings: ComponentSettings) {
    const { directory, hostEnvironment, onHostStart, component, program, runDirectory, ...tools } = settings;
    const { report } = tools;
    this.#report = report;
    this.#directory = directory;
    this.#reader = new ComponentReader(directory);
    const host = { component, program, runDirectory, environment: hostEnvironment, report };
    this.#pool = new HostPool(host, onHostStart);
    this.#keeper = new PluginsInForce(this.#pool, report);
    const runner = new ComponentRunner({
      ...tools,
      reader: this.#reader,
      keeper: this.#keeper,
      store: this.#store,
    });
    this.#queue = new EventQueue((request, following) => runner.run(request, following), report);
  }

  /** Whether its directory exists. All requests that have come together share one look. */
  get exists(): boolean {
    if (this.#exists === undefined)
      queueMicrotask(() => {
        this.#exists = undefined;
      });
    this.#exists ??= isDirectory(this.#directory);
    return this.#exists;
  }

  /** Loads the plugins before the first event asks for them. */
  async warmUp(): Promise<void> {
    if (this.exists) await this.#keeper.prepare(this.#reader.read());
  }

  /** Runs an event in its turn and answers one of `results`; arguments are split at single spaces, as CTDB does. */
  run(name: string, args: string | null, timeoutS: number, runAll: boolean): Promise<number> {
    if (name === 'monitor') this.#monitorTimeoutS = timeoutS;
    const argv = (args ?? '').split(' ').filter((word) => word !== '');
    return this.#queue.add({ name, argv }, timeoutS, runAll);
  }

  /** How the last run of an event ended, or undefined if none did. */
  status(event: string): EventStatus | undefined {
    return this.#store.get(event);
  }

  /** What a client may want to know of it. */
  get about(): Pick<About, 'plugins' | 'monitorTimeoutS'> {
    return { plugins: this.#keeper.plugins, monitorTimeoutS: this.#monitorTimeoutS };
  }

  /** Enables or disables an entry and answers one of `results`; why it was refused is for the log. */
  enable(script: string, action: 'enable' | 'disable'): number {
    if (!this.exists) return results.missing;
    const { result, refused } = enableScript(this.#directory, script, action);
    if (refused !== undefined) this.#report(refused);
    return result;
  }

  /** Ends everything that runs. */
  stop(): void {
    this.#queue.stop();
    this.#keeper.stop();
    this.#pool.stop();
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}
