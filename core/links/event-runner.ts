import { installationProblems } from '../ctdb-installation/installation-problems.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { EventDirectoryError, type Entry, type EventDirectory } from '../event-directory/entry.ts';
import { readEventDirectory } from '../event-directory/read-event-directory.ts';
import { historyRunOf } from '../history/history-run.ts';
import type { HistoryWriter } from '../history/history-writer.ts';
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
import type { RaisedEvent } from '../run/outcome.ts';
import { builtinOf } from '../event-directory/builtin-of.ts';
import { type LoadedEntryPlugin, loadEntryPlugin } from '../run/plugin/entry-plugin.ts';
import { loadInForce } from '../run/plugin/plugin-in-force.ts';
import { createPluginRunner, type RunPlugin } from '../run/plugin/plugin-runner.ts';
import { runEventDirectory, type EventDirectoryRun } from '../run/run-event-directory.ts';
import type { RunRecord } from '../run/run-event.ts';
import { collectTcpResetPolicies } from '../run/plugin/tcp-reset-policies.ts';
import { createNetworkTeller } from '../run/plugin/tell-network.ts';
import type { Sampling } from '../run/sampling/sampling.ts';
import { LedgerAccess } from '../run/state/ledger-access.ts';
import type { LinkCall } from './link-call.ts';
import { noteEvents } from './noted-events.ts';
import { notRun } from './not-run.ts';

/** What events run with. */
export interface EventRunnerSettings {
  /** The environment of scripts and of plugins' commands. */
  readonly environment: Environment;
  /** The process group of plugins' commands. */
  readonly group: Group;
  /** The network where CTDB_HOOK_NETWORK does not say; `commands` if it is not given. */
  readonly networkWhenUnset?: NetworkName;
  /** Lists all addresses of the node; without it, or if it answers undefined, commands ask the kernel. */
  readonly listAddresses?: () => Promise<readonly HeldAddress[] | undefined>;
  /** Where samples are kept; without it they are taken on the spot. */
  readonly sampling?: Sampling;
  /** Keeps what was run. */
  readonly history?: Pick<HistoryWriter, 'add'> | undefined;
}

/** One event for which a link was called. */
export interface LinkRun extends LinkCall {
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  /** Gets what there is to say, as it comes. */
  readonly sink: OutputSink;
}

/** How an event ended. */
export interface EventEnd {
  /**
   * The exit status, 0 or 1: no other value means the same to every ctdbd. `notRun` where a built-in plugin does not
   * load, as while npm replaces this package.
   */
  readonly status: number;
  /** Settles when nothing of its plugins' handlers goes on any more. */
  readonly unwound: Promise<void>;
}

/** An event of a whole directory: of `ctdb-hook run`. */
export type DirectoryRun = Omit<EventDirectoryRun, 'environment' | 'ledgerAccess' | 'runPlugin'>;

/** How that ended, and a promise for when nothing of its plugins' handlers goes on any more. */
export interface DirectoryEnd {
  readonly record: RunRecord;
  readonly unwound: Promise<void>;
}

/** The one event that runs now. */
interface Running {
  readonly event: RaisedEvent;
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  readonly sink: OutputSink;
  /** Gets what there is to report beside. */
  readonly report: (message: string) => void;
  /** All entries of the event directory. */
  readonly entries: () => readonly Entry[];
}

/**
 * Runs the events of links, one plugin each, as ctdbd has scripts run, and those of `ctdb-hook run`. To be made once in a process,
 * which may run one event or many, one at a time.
 */
export class EventRunner {
  readonly #environment: Environment;
  readonly #history: EventRunnerSettings['history'];
  readonly #ledgerAccess: LedgerAccess;
  readonly #runPlugin: RunPlugin;
  /** The plugins that this process has kept the version of, and those that it could not load as they are. */
  readonly #kept = new Set<string>();
  readonly #faulty = new Set<string>();
  readonly #noted = new Set<string>();
  #running: Running | undefined;
  /** Whether something was said while no plugin ran: a plugin has left a timer or the like, which would speak in another's event. */
  isDisturbed = false;

  constructor(settings: EventRunnerSettings) {
    const { listAddresses } = settings;
    this.#environment = settings.environment;
    this.#history = settings.history;
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
      onNews: (message) => {
        this.#history?.add({ kind: 'note', beginMs: Date.now(), level: 'NOTICE', message });
      },
      onNetwork: (network) => {
        if (this.#running !== undefined)
          createNetworkTeller(this.#ledgerAccess, this.#running.event, this.#say)(network);
      },
      tcpReset: () => {
        const { entries, deadline, signal } = this.#running ?? noRun();
        const { env } = process;
        const report = this.#say;
        return collectTcpResetPolicies({
          entries: entries(),
          load: this.#load,
          environment: env,
          deadline,
          signal,
          report,
        });
      },
    });
  }

  /** Runs one plugin at one event. */
  run(run: LinkRun): Promise<EventEnd> {
    const report = (message: string): void => {
      run.sink(Buffer.from(`${message}\n`));
    };
    const entries = (): readonly Entry[] => this.#entriesOf(run.directory);
    return this.#during({ ...run, report, entries }, async () => {
      if (!(await this.#canLoad(run.entry))) return { status: notRun, unwound: Promise.resolve() };
      return await this.#runOnce(run);
    });
  }

  /** Runs an event through all entries of a directory. */
  runDirectory(directory: EventDirectory, run: DirectoryRun): Promise<DirectoryEnd> {
    const unwound: Promise<void>[] = [];
    const runPlugin: RunPlugin = async (call) => {
      const outcome = await this.#runPlugin(call);
      unwound.push(outcome.unwound);
      return outcome;
    };
    return this.#during({ ...run, entries: () => directory.entries }, async () => {
      const ledgerAccess = this.#ledgerAccess;
      const record = await runEventDirectory(directory, {
        ...run,
        environment: this.#environment,
        ledgerAccess,
        runPlugin,
      });
      if (run.isOwnDirectory) this.#history?.add(historyRunOf(record, 'run'));
      return { record, unwound: Promise.all(unwound).then(() => undefined) };
    });
  }

  /** Does what one event wants. Until it is done, what is said is of this event. */
  async #during<T>(running: Running, work: () => Promise<T>): Promise<T> {
    this.#running = running;
    this.#ledgerAccess.beginEvent();
    try {
      return await work();
    } finally {
      this.#running = undefined;
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

  async #runOnce(run: LinkRun): Promise<EventEnd> {
    const { entry, event, deadline, signal, sink } = run;
    if (event.name === 'init') {
      // This is said once, and not at each event.
      for (const problem of installationProblems(process.env)) this.#say(`WARNING: ${problem}`);
      await this.#ledgerAccess.noteInit(entry.name);
    } else this.#ledgerAccess.noteRaised(event, entry.name);
    const call = { entry, event, deadline, stopDeadline: deadline, signal, sink };
    const outcome = await this.#runPlugin(call);
    const { begin, end, result, unwound } = outcome;
    this.#history?.add(
      historyRunOf({ event, waitedMs: 0, begin, end, result, entries: [{ ...outcome, entry }] }, 'link'),
    );
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
    if (this.#running === undefined) this.isDisturbed = true;
    else this.#running.report(line);
  };

  readonly #sayBytes = (chunk: Buffer): void => {
    if (this.#running === undefined) this.isDisturbed = true;
    else this.#running.sink(chunk);
  };
}

/** Connections are reset only while a plugin runs. */
function noRun(): never {
  throw new Error('no plugin runs');
}
