import { installationProblems } from '../ctdb-installation/installation-problems.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { EventDirectoryError, type Entry } from '../event-directory/entry.ts';
import { readEventDirectory } from '../event-directory/read-event-directory.ts';
import type { HeldAddress } from '../ledger/held.ts';
import type { NetworkName } from '../network/network.ts';
import { eventsToHear } from '../plugin-loading/events-to-hear.ts';
import { loadedFiles } from '../plugin-loading/module-hooks.ts';
import type { Group } from '../process/backend.ts';
import type { Deadline } from '../process/deadline.ts';
import type { Environment } from '../process/environment.ts';
import { hasFailedInTime, isFailure, type ScriptResult, scriptResults } from '../process/exit-code.ts';
import { actWithoutHost, isMended, movesAddresses, takesOff } from '../run/act-without-host.ts';
import { describeError } from '../run/describe-error.ts';
import type { OutputSink } from '../run/entry-output.ts';
import { builtinOf, type LoadedEntryPlugin, loadEntryPlugin } from '../run/plugin/entry-plugin.ts';
import { loadInForce } from '../run/plugin/plugin-in-force.ts';
import { createPluginRunner, type RunPlugin } from '../run/plugin/plugin-runner.ts';
import { collectTcpResetPolicies } from '../run/plugin/tcp-reset-policies.ts';
import { createNetworkTeller } from '../run/plugin/tell-network.ts';
import type { Sampling } from '../run/sampling/sampling.ts';
import { LedgerAccess } from '../run/state/ledger-access.ts';
import type { LinkCall } from './link-call.ts';
import { noteEvents } from './noted-events.ts';
import { notRun } from './not-run.ts';

/** What the plugins of links run with. */
export interface LinkSettings {
  /** The environment of plugins' commands. */
  readonly environment: Environment;
  /** The process group of plugins' commands. */
  readonly group: Group;
  /** The network where CTDB_HOOK_NETWORK does not say; `commands` if it is not given. */
  readonly networkWhenUnset?: NetworkName;
  /** Lists all addresses of the node; without it, or if it answers undefined, commands ask the kernel. */
  readonly listAddresses?: () => Promise<readonly HeldAddress[] | undefined>;
  /** Where samples are kept; without it they are taken on the spot. */
  readonly sampling?: Sampling;
}

/** One event for which a link was called. */
export interface LinkRun extends LinkCall {
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  /** Gets what there is to say, as it comes. */
  readonly sink: OutputSink;
}

/** How a plugin ended. */
export interface LinkEnd {
  /**
   * The exit status of the link, 0 or 1: no other value means the same to every ctdbd. `notRun` where a built-in plugin does not
   * load, as while npm replaces this package.
   */
  readonly status: number;
  /** Settles when nothing of the plugin's handler goes on any more. */
  readonly unwound: Promise<void>;
}

/** Runs plugins of links, one at one event, as ctdbd has scripts run. To be made once in a process, which may run one or many. */
export class LinkRunner {
  readonly #ledgerAccess: LedgerAccess;
  readonly #runPlugin: RunPlugin;
  /** The plugins that this process has kept the version of, and those that it could not load as they are. */
  readonly #kept = new Set<string>();
  readonly #faulty = new Set<string>();
  readonly #noted = new Set<string>();
  #run: LinkRun | undefined;
  /** Whether something was said while no plugin ran: a plugin has left a timer or the like, which would speak in another's event. */
  isDisturbed = false;

  constructor(settings: LinkSettings) {
    const { listAddresses } = settings;
    this.#ledgerAccess = new LedgerAccess(
      process.env,
      this.#say,
      listAddresses === undefined ? {} : { listAddresses },
    );
    this.#runPlugin = createPluginRunner({
      ...settings,
      load: this.#load,
      ledgerAccess: this.#ledgerAccess,
      unclaimed: this.#sayBytes,
      report: this.#say,
      onNetwork: (network) => {
        if (this.#run !== undefined)
          createNetworkTeller(this.#ledgerAccess, this.#run.event, this.#say)(network);
      },
      tcpReset: async () => {
        const { directory, deadline, signal } = this.#run ?? noRun();
        const entries = this.#entriesOf(directory);
        const { env } = process;
        const report = this.#say;
        return collectTcpResetPolicies({
          entries,
          load: this.#load,
          environment: env,
          deadline,
          signal,
          report,
        });
      },
    });
  }

  /** Runs one plugin at one event. There must be no other run. */
  async run(run: LinkRun): Promise<LinkEnd> {
    this.#run = run;
    try {
      if (!(await this.#canLoad(run.entry))) return { status: notRun, unwound: Promise.resolve() };
      return await this.#runOnce(run);
    } finally {
      this.#run = undefined;
    }
  }

  /** Loads a plugin that will be asked for. */
  async prepare(entry: Entry): Promise<void> {
    await this.#load(entry).catch(() => undefined); // It says so when it runs.
  }

  /** Whether this process could not load the plugin as it is. Another one may: what it lacked may be there by now. */
  isFaulty({ path }: Entry): boolean {
    return this.#faulty.has(path);
  }

  readonly #load = async (entry: Entry): Promise<LoadedEntryPlugin> => {
    const { path } = entry;
    try {
      const loaded = await (this.#kept.has(path) ? loadEntryPlugin(entry) : loadInForce(entry));
      if (loaded.instead === undefined) this.#kept.add(path);
      else this.#faulty.add(path);
      return loaded;
    } catch (error) {
      this.#faulty.add(path);
      if (!this.#kept.delete(path)) throw error;
      return await loadInForce(entry);
    }
  };

  async #runOnce(run: LinkRun): Promise<LinkEnd> {
    const { entry, event, deadline, signal, sink } = run;
    this.#ledgerAccess.beginEvent();
    if (event.name === 'init') {
      // This is said once, and not at each event.
      for (const problem of installationProblems(process.env)) this.#say(`WARNING: ${problem}`);
      await this.#ledgerAccess.noteInit(entry.name);
    } else this.#ledgerAccess.noteRaised(event, entry.name);
    const call = { entry, event, deadline, stopDeadline: deadline, signal, sink };
    const { result, unwound } = await this.#runPlugin(call);
    // A plugin that timed out may still be loading, and nothing waits for it.
    if (result !== scriptResults.timedOut && result !== scriptResults.cancelled)
      await this.#noteWhatItHandles(entry);
    const isOk = !isFailure(result) || (await this.#isMendedAfter(run, result));
    return { status: isOk ? 0 : 1, unwound };
  }

  /** Notes the plugin's events once, so that the next event that it does not handle is answered without a process. */
  async #noteWhatItHandles(entry: Entry): Promise<void> {
    if (this.#noted.has(entry.path)) return;
    this.#noted.add(entry.path);
    try {
      const { file, plugin } = await loadEntryPlugin(entry);
      noteEvents({ ...entry, file, events: eventsToHear(plugin), files: loadedFiles() });
    } catch {
      return; // A plugin that does not load has just said so.
    }
  }

  /** Takes off what a failed plugin has left, and answers whether that is all that the event wanted. */
  async #isMendedAfter({ entry, event, signal }: LinkRun, result: ScriptResult): Promise<boolean> {
    if (takesOff.has(event.name) && movesAddresses(entry) && !signal.aborted) {
      const acted = await actWithoutHost(event, ctdbPaths(process.env).base);
      for (const line of acted?.lines ?? []) this.#say(line);
      if (isMended(acted) && hasFailedInTime(result)) return true;
    }
    if (hasFailedInTime(result)) await this.#ledgerAccess.noteFailed(event);
    return false;
  }

  /** Whether a built-in plugin loads. An author's own says so itself when it runs. */
  async #canLoad(entry: Entry): Promise<boolean> {
    if (this.#kept.has(entry.path) || builtinOf(entry) === undefined) return true;
    try {
      await this.#load(entry);
      return true;
    } catch (error) {
      this.#say(`ERROR: ${entry.name} does not load: ${describeError(error, undefined)}`);
      return false;
    }
  }

  /**
   * All plugins of the directory, whose ports matter when connections are reset. If they cannot be read, the address is released
   * all the same.
   */
  #entriesOf(directory: string): readonly Entry[] {
    try {
      return readEventDirectory(directory).entries;
    } catch (error) {
      if (!(error instanceof EventDirectoryError)) throw error;
      this.#say(`WARNING: ${error.message}`);
      return [];
    }
  }

  readonly #say = (line: string): void => {
    this.#sayBytes(Buffer.from(`${line}\n`));
  };

  readonly #sayBytes = (chunk: Buffer): void => {
    if (this.#run === undefined) this.isDisturbed = true;
    else this.#run.sink(chunk);
  };
}

/** Connections are reset only while a plugin runs. */
function noRun(): never {
  throw new Error('no plugin runs');
}
