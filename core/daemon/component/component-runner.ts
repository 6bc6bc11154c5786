import type { Entry } from '../../event-directory/entry.ts';
import type { ComponentReader, SeenComponent } from '../changed-files/read-component.ts';
import { isPast } from '../../process/deadline.ts';
import type { Environment } from '../../process/environment.ts';
import { hasFailedInTime, isFailure, isTimedOut } from '../../process/exit-code.ts';
import { StopSignal, type StopCause } from '../../process/stop-signal.ts';
import { results } from '../../eventd-protocol/messages.ts';
import { isDeclaredNotTo, onlyDeclared } from '../../run/script/only-declared.ts';
import type { RaisedEvent } from '../../run/outcome.ts';
import { runEvent, type Notify, type RunEntry, type RunRecord } from '../../run/run-event.ts';
import { takeOffUnkeptOf } from '../../run/take-off-unkept-of.ts';
import { type Acted, actWithoutHost, movesAddresses, takesOff } from '../../run/act-without-host.ts';
import { RemainingWork, type Amend } from '../overdue/remaining-work.ts';
import type { EventAnswer, EventRequest } from '../queue/event-queue.ts';
import { type Ahead, EventPlugins } from './event-plugins.ts';
import { createEndPlugin } from '../overdue/end-plugin.ts';
import { HostEnded } from '../plugin-hosts/host-ended.ts';
import { noteTimeoutMs } from '../plugin-hosts/host-limits.ts';
import type { HostProcess } from '../plugin-hosts/host-process.ts';
import type { PluginBatch } from '../plugin-hosts/plugin-batch.ts';
import type { PluginsInForce } from '../plugin-hosts/plugins-in-force.ts';
import { answerOf, withLateEntry } from './answer-when-late.ts';
import { createDaemonScriptRunner } from './daemon-script-runner.ts';
import { settlesWithin } from '../../process/settles-within.ts';
import { ReplacedScripts } from './replaced-scripts.ts';
import type { StatusStore } from './status-store.ts';
import type { HungReport } from '../overdue/report-hung.ts';
import type { Report } from '../report.ts';

/** The tools that run the events of a component. */
export interface ComponentTools {
  /** Reads the event directory. */
  readonly reader: ComponentReader;
  /** The environment of scripts. */
  readonly environment: Environment;
  readonly keeper: PluginsInForce;
  readonly store: StatusStore;
  readonly hungReport: HungReport;
  readonly notify: Notify;
  readonly report: Report;
  /** Receives what is found out about an entry after its end. */
  readonly onAddition: (entry: Entry, addition: Buffer) => void;
  /** Whether the kernel has a public address; undefined if the kernel could not be asked. */
  readonly isHeld: (ip: string) => Promise<boolean | undefined>;
}

/** How long a host may go on noting an event that has to stop, in milliseconds. The ledger can be interrupted without harm. */
const noteAfterStopMs: Readonly<Record<StopCause, number>> = { 'timed-out': 600, cancelled: 100 };

/** The events that the ledger has to note: it needs their arguments, or the fact that they were raised. */
const noted: ReadonlySet<string> = new Set([
  'init',
  'takeip',
  'releaseip',
  'updateip',
  'ipreallocated',
  'shutdown',
]);

/** The plugins with which a host goes on by itself, and the content of the directory when the host was told to. */
interface SeenAhead extends Ahead {
  readonly seen: SeenComponent;
  /** Whether the event before this one timed out here, although it may have ended in time in the host. */
  readonly isDoubtful: boolean;
}

/** Runs the events of one component, each through all entries of its directory. */
export class ComponentRunner {
  readonly #tools: ComponentTools;
  /** Whether the last event timed out: then nobody knows how far it came. */
  #isUncertain = false;
  /** The last event that failed, if no host was told of that yet. */
  #failed: RaisedEvent | undefined;
  /** The content of the directory when it was last read. */
  #seen: SeenComponent | undefined;
  readonly #replacedScripts = new ReplacedScripts();
  /** The next event, if a host has begun it already. */
  #ahead: SeenAhead | undefined;

  constructor(tools: ComponentTools) {
    this.#tools = tools;
  }

  /**
   * Runs an event, keeps its status unless it was cancelled, and returns the answer for ctdbd. A host may be told of the
   * `following` events as well; then these must come next.
   */
  async run(request: EventRequest, following: readonly EventRequest[] = []): Promise<EventAnswer> {
    const { signal, event } = request;
    const remaining = new RemainingWork();
    try {
      const record = await this.#runEntries(request, following, remaining);
      if (isFailure(record.result)) await takeOffUnkeptOf(event, this.#tools.report);
      if (signal.aborted) return { result: results.cancelled, over: remaining.over };
      this.#isUncertain = isTimedOut(record.result);
      this.#tools.store.set(record);
      remaining.tell();
      return { result: await answerOf(event, record.result, this.#tools.isHeld), over: remaining.over };
    } finally {
      remaining.tell(); // No status says how a cancelled event ended.
    }
  }

  async #runEntries(
    { event, deadline, signal, runAll, askedMs }: EventRequest,
    following: readonly EventRequest[],
    remaining: RemainingWork,
  ): Promise<RunRecord> {
    const { keeper, hungReport, environment, notify, report, reader } = this.#tools;
    const waitedMs = Math.round(performance.now() - askedMs);
    const ahead = await this.#takeAhead(event);
    const seen = ahead?.seen ?? reader.read();
    const { entries } = seen;
    this.#tellProblems(seen);
    const amend = this.#amend(event);
    const plugins = new EventPlugins({
      event,
      entries,
      runAll,
      following,
      isStarted: (script) => !isDeclaredNotTo(script, event, report),
      prepare: () => keeper.prepare(seen),
      actWithoutHost: async (entry) => (movesAddresses(entry) ? this.#actWithoutHost(event) : undefined),
      remaining,
      endPlugin: createEndPlugin(hungReport, amend, remaining.told),
    });
    if (ahead !== undefined) {
      plugins.continueWith(ahead);
      plugins.noteWithFirst((first) => this.#note(first, entries, event));
    } else if (!isPast(deadline)) await this.#load(plugins, { event, deadline, signal }, entries, remaining);
    const runScript = onlyDeclared(
      createDaemonScriptRunner({ environment, hungReport, remaining, amend }),
      report,
    );
    const runEntry: RunEntry = (entry, ...rest) =>
      (entry.kind === 'plugin' ? plugins.runEntry : runScript)(entry, ...rest);
    const isBegun = ahead !== undefined && (!isPast(deadline) || (await ahead.batch.isBegun()));
    const limits = { deadline, signal, runAll, isBegun, waitedMs };
    const record = await runEvent({ event, entries, ...limits, runEntry, notify });
    const isDoubtful = isTimedOut(record.result);
    if ((!isFailure(record.result) || isDoubtful) && plugins.ahead !== undefined)
      this.#ahead = { ...plugins.ahead, seen, isDoubtful };
    else if (plugins.unused !== undefined) await abandon(plugins.unused); // The event was late.
    if (this.#ahead === undefined && !isDoubtful && !signal.aborted) plugins.host?.groups.killOfEvent();
    const whole = withLateEntry(record, entries);
    if (!isFailure(record.result) || signal.aborted) return whole;
    const released = await this.#releasedAnyway(whole, entries);
    if (hasFailedInTime(record.result)) this.#noteFailed(event, plugins.host); // If it timed out, the next event reconciles.
    return released;
  }

  /** Tells the host; if it gets no more work, the one that the next event is noted in. */
  #noteFailed(event: RaisedEvent, host: HostProcess | undefined): void {
    if (host?.isAlive === true && host.retired === undefined) host.noteFailed(event);
    else this.#failed = event;
  }

  #actWithoutHost(event: RaisedEvent): Promise<Acted | undefined> {
    return actWithoutHost(event, String(this.#tools.environment['CTDB_BASE']));
  }

  /** Releases the addresses of an event that failed at an entry before 10.interface: they must leave the node all the same. */
  async #releasedAnyway(record: RunRecord, entries: readonly Entry[]): Promise<RunRecord> {
    const last = record.entries.at(-1);
    const mover = entries.find(movesAddresses);
    const hadItsTurn = record.entries.some(({ entry }) => entry === mover);
    if (mover === undefined || last === undefined || hadItsTurn || !takesOff.has(record.event.name))
      return record;
    const lines = (await this.#actWithoutHost(record.event))?.lines ?? [];
    if (lines.length === 0) return record;
    const addition = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    this.#tools.onAddition(last.entry, addition);
    const output = Buffer.concat([last.output, addition]);
    return { ...record, entries: [...record.entries.slice(0, -1), { ...last, output }] };
  }

  /** Reports what is wrong with the directory, and which scripts were disabled beside plugins: once for each change of it. */
  #tellProblems(seen: SeenComponent): void {
    const before = this.#seen;
    if (seen === before) return;
    this.#seen = seen;
    for (const problem of seen.problems)
      if (before?.problems.includes(problem) !== true) this.#tools.report(problem);
    for (const word of this.#replacedScripts.tell(seen.entries)) this.#tools.report(word);
  }

  /** The plugins with which a host has gone on by itself, if they belong to this event. */
  async #takeAhead(event: RaisedEvent): Promise<SeenAhead | undefined> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead === undefined) return undefined;
    const { batch, isDoubtful } = ahead;
    if (batch.isOf(event) && (await (isDoubtful ? batch.isBegun() : batch.isGoingOn()))) return ahead;
    await abandon(batch);
    return undefined;
  }

  /**
   * Gets a host and notes the event there. A host that is still busy with an earlier event cannot note it; it is replaced,
   * once.
   */
  async #load(
    plugins: EventPlugins,
    request: Pick<EventRequest, 'event' | 'deadline' | 'signal'>,
    entries: readonly Entry[],
    remaining: RemainingWork,
  ): Promise<void> {
    const { event, deadline, signal } = request;
    for (const _attempt of ['first', 'last']) {
      await plugins.load(deadline, signal);
      const { host } = plugins;
      if (host === undefined || !(noted.has(event.name) || this.#isUncertain)) return;
      if (plugins.comeFirst) {
        plugins.noteWithFirst((first) => this.#note(first, entries, event));
        return;
      }
      if (await this.#noteInTime(host, entries, request, remaining)) return;
    }
  }

  /**
   * Notes the event in the host. If the event has to stop first, this does not wait longer. A host that still does not
   * finish is killed, so that nothing of the work goes on during the next event.
   */
  async #noteInTime(
    host: HostProcess,
    entries: readonly Entry[],
    { event, deadline, signal }: Pick<EventRequest, 'event' | 'deadline' | 'signal'>,
    remaining: RemainingWork,
  ): Promise<boolean> {
    const noting = this.#note(host, entries, event);
    using stop = new StopSignal(deadline, signal);
    const first = await Promise.race([noting, stop.stopped]);
    if (typeof first === 'boolean') return first;
    const over = settlesWithin(noting, noteAfterStopMs[first]).then((isOver) => {
      if (!isOver) host.kill(`it was still noting ${event.name} when that had to stop (${first})`);
    });
    remaining.add(over);
    return true;
  }

  /** Has the host note the event; answers whether it did. */
  async #note(host: HostProcess, entries: readonly Entry[], event: RaisedEvent): Promise<boolean> {
    const plugins = entries.filter(({ kind }) => kind === 'plugin').map(({ name }) => name);
    if (this.#failed !== undefined) host.noteFailed(this.#failed);
    this.#failed = undefined;
    try {
      await host.note(
        {
          event: event.name,
          argv: event.argv,
          plugins: event.name === 'ipreallocated' ? plugins : [],
          isReconciled: this.#isUncertain,
        },
        noteTimeoutMs,
      );
      return true;
    } catch (error) {
      if (!(error instanceof HostEnded)) throw error;
      this.#tools.report(`ERROR: ${event.name} could not be noted: ${error.message}`);
      return false;
    }
  }

  #amend(event: RaisedEvent): Amend {
    const { store, onAddition } = this.#tools;
    return (entry, addition) => {
      if (addition.length === 0) return;
      store.amend(event, entry.name, addition);
      onAddition(entry, addition);
    };
  }
}

/** Has a host stop what it was told to go on with. */
async function abandon({ host, running }: PluginBatch): Promise<void> {
  running.stop('cancelled');
  if (!(await settlesWithin(running.done, noteAfterStopMs.cancelled)))
    host.kill('it went on with events after it was told to stop');
}
