import type { Entry } from '../../event-directory/entry.ts';
import type { Deadline } from '../../process/deadline.ts';
import { hasFailedInTime, isFailure, scriptResults } from '../../process/exit-code.ts';
import { StopSignal, type StopCause } from '../../process/stop-signal.ts';
import type { EntryOutcome, RaisedEvent } from '../../run/outcome.ts';
import { mayFail } from '../../run/options/may-fail.ts';
import type { RunEntry } from '../../run/run-event.ts';
import type { RemainingWork } from '../overdue/remaining-work.ts';
import type { EndPlugin } from '../overdue/end-plugin.ts';
import { HostEnded } from '../plugin-hosts/host-ended.ts';
import { beginMs, noteTimeoutMs } from '../plugin-hosts/host-limits.ts';
import { busy, type HostProcess } from '../plugin-hosts/host-process.ts';
import { type BatchEvent, PluginBatch } from '../plugin-hosts/plugin-batch.ts';
import { type Acted, isMended, takesOff } from '../../run/act-without-host.ts';
import type { KeptHost, KeptPlugin } from '../plugin-hosts/plugins-in-force.ts';

/** What the plugins of one event run with under the daemon. */
export interface EventPluginsSetting {
  readonly event: RaisedEvent;
  /** All entries of the event, in their order. */
  readonly entries: readonly Entry[];
  readonly runAll: boolean;
  /** The events of the same burst that come next. */
  readonly following: readonly BatchEvent[];
  /** Whether a script has to be started at the event. */
  readonly isStarted: (script: Entry) => boolean;
  /** Gets a host in which the plugins of the entries are loaded. Rejects with HostEnded. */
  readonly prepare: () => Promise<KeptHost | undefined>;
  /**
   * Moves the event's addresses in place of an entry that could not. Undefined if the entry is not the one that moves
   * addresses.
   */
  readonly actWithoutHost: (entry: Entry) => Promise<Acted | undefined>;
  readonly remaining: RemainingWork;
  readonly endPlugin: EndPlugin;
}

/** The plugins of an event that a host has begun by itself. */
export interface Ahead {
  readonly kept: KeptHost;
  readonly batch: PluginBatch;
}

/** Tells a host of the event. Settles when the host has noted it, or has failed to. Never rejects. */
type Note = (host: HostProcess) => Promise<unknown>;

/** The plugins of one event, which run in a plugin host. */
export class EventPlugins {
  readonly #setting: EventPluginsSetting;
  #kept: KeptHost | undefined;
  #why: Error | undefined;
  #batch: PluginBatch | undefined;
  /** The plugins of this event that the host has begun already. */
  #continued: PluginBatch | undefined;
  #note: Note | undefined;

  constructor(setting: EventPluginsSetting) {
    this.#setting = setting;
  }

  /** Gets a host with the plugins loaded. If there is none, the plugins fail one by one, each when it is due. */
  async load(deadline: Deadline, signal: AbortSignal): Promise<void> {
    try {
      this.#kept = await this.#prepare(deadline, signal);
    } catch (error) {
      if (!(error instanceof HostEnded || error instanceof NoHostInTime)) throw error;
      this.#why = error;
    }
  }

  /** Goes on with plugins that a host was told of together with an earlier event. Nothing has to be loaded. */
  continueWith({ kept, batch }: Ahead): void {
    this.#kept = kept;
    this.#continued = batch;
  }

  /** The plugins of the next event, with which the host goes on if all have succeeded in time. */
  get ahead(): Ahead | undefined {
    const batch = this.#batch?.next;
    return batch === undefined || this.#kept === undefined ? undefined : { kept: this.#kept, batch };
  }

  /** The plugins that a host has begun, if nobody has asked for their outcome. */
  get unused(): PluginBatch | undefined {
    return this.#continued;
  }

  /** The host that runs them now, if there is one. */
  get host(): HostProcess | undefined {
    return this.#kept?.host;
  }

  /** Whether the first thing that runs at the event is a plugin. Then the host may be told of the event in the same message. */
  get comeFirst(): boolean {
    const first = this.#setting.entries.find((entry) => !this.#isPassedOver(entry));
    return first !== undefined && this.#isCalled(first);
  }

  /** Puts off the note until the host is told to run the first plugins: one message wakes it up, not two. */
  noteWithFirst(note: Note): void {
    this.#note = note;
  }

  /** Runs the plugin of an entry. */
  readonly runEntry: RunEntry = async (entry, event, deadline, signal) => {
    try {
      if (this.#kept === undefined) throw this.#why ?? new HostEnded('there is none');
      const plugin = this.#plugin(entry);
      if (plugin.outcome !== 'loaded') return await this.#notLoaded(entry, plugin.message);
      if (this.#isRefused(plugin)) return atOnce(1, plugin.note);
      if (!this.#isCalled(entry)) return atOnce(0);
      if (this.#batch?.serves(entry) !== true)
        this.#batch = await this.#begin(this.#kept, entry, deadline, signal);
      const outcome = await this.#outcome(this.#batch, entry, deadline, signal);
      if (isFailure(outcome.result) && takesOff.has(event.name) && !signal.aborted)
        return await this.#failed(entry, outcome);
      return event.name === 'monitor' ? withNote(outcome, plugin.note) : outcome;
    } catch (error) {
      if (error instanceof HostEnded)
        return this.#withoutHost(entry, `ERROR: ${entry.name}: ${error.message}`);
      if (error instanceof NoHostInTime)
        return atOnce(resultOf(error.why), `ERROR: ${entry.name}: ${error.message}`);
      throw error;
    }
  };

  /**
   * The outcome of an entry that has no host. Addresses move all the same. Of the other events only those fail that may
   * fail for a plugin.
   */
  async #withoutHost(entry: Entry, why: string): Promise<EntryOutcome> {
    const acted = await this.#setting.actWithoutHost(entry);
    if (acted === undefined) return atOnce(mayFail(this.#setting.event.name) ? 1 : 0, why);
    return atOnce(acted.isDone ? 0 : 1, [why, ...acted.lines].join('\n'));
  }

  /**
   * The outcome of a plugin that is not loaded. It fails the events that may fail for a plugin. Events of addresses come by
   * the hundred, so they do not repeat what the log has said once.
   */
  async #notLoaded(entry: Entry, message: string): Promise<EntryOutcome> {
    const { name } = this.#setting.event;
    if (mayFail(name)) return atOnce(1, message);
    const acted = await this.#setting.actWithoutHost(entry);
    const said = isOfAddress(name) && acted === undefined ? [] : [`ERROR: passed over: ${message}`];
    const lines = [...said, ...(acted?.lines ?? [])];
    return atOnce(acted?.isDone === false ? 1 : 0, lines.length === 0 ? undefined : lines.join('\n'));
  }

  /** Takes off the addresses that a failed plugin has left. Where that succeeds in time, so does the entry: nothing is left to do. */
  async #failed(entry: Entry, outcome: EntryOutcome): Promise<EntryOutcome> {
    const acted = await this.#setting.actWithoutHost(entry);
    if (acted === undefined || acted.lines.length === 0) return outcome;
    const isOk = isMended(acted) && hasFailedInTime(outcome.result);
    return withLines(isOk ? { ...outcome, result: scriptResults.ok } : outcome, acted.lines);
  }

  async #outcome(
    batch: PluginBatch,
    entry: Entry,
    deadline: Deadline,
    signal: AbortSignal,
  ): Promise<EntryOutcome> {
    const { stopped, ...outcome } = await batch.outcome(entry, deadline, signal);
    const { remaining, endPlugin, event } = this.#setting;
    if (stopped !== undefined) remaining.add(endPlugin(batch, { entry, event: event.name }, stopped));
    return outcome;
  }

  /** Starts a batch with this entry. A host that does not begin is replaced, once. It has begun nothing, so nothing is lost. */
  async #begin(kept: KeptHost, first: Entry, deadline: Deadline, signal: AbortSignal): Promise<PluginBatch> {
    const note = this.#note;
    const continued = this.#continued;
    this.#note = undefined;
    this.#continued = undefined;
    const noted = continued === undefined ? note?.(kept.host) : undefined;
    const batch = continued ?? this.#start(kept, first, deadline);
    using stop = new StopSignal(deadline, signal);
    const begun = (noted ?? Promise.resolve()).then(() => batch.hasBegun({ beginMs, noteMs: noteTimeoutMs }));
    const hasBegun = await Promise.race([begun, stop.stopped]);
    if (hasBegun !== false) return batch; // A batch that has to stop is stopped when its outcome is asked for.
    if (continued?.running.isDone === true && kept.host.isAlive) {
      this.#note = note; // The host has not gone on: something was out of time.
      return await this.#begin(kept, first, deadline, signal);
    }
    kept.host.kill(`${busy}, and did not begin within ${beginMs} ms`);
    const renewed = await this.#prepare(deadline, signal);
    this.#kept = renewed;
    const plugin = this.#plugin(first);
    if (renewed === undefined || plugin.outcome !== 'loaded') throw new HostEnded(plugin.message);
    void note?.(renewed.host);
    return this.#start(renewed, first, deadline);
  }

  /** Starts the first plugin, together with all plugins that follow it up to the next script that runs. */
  #start({ host }: KeptHost, first: Entry, deadline: Deadline): PluginBatch {
    const { entries, event, runAll, following } = this.#setting;
    const rest = entries.slice(entries.indexOf(first)).filter((entry) => !this.#isPassedOver(entry));
    const end = rest.findIndex((entry) => !this.#isCalled(entry));
    const together = rest.slice(0, end === -1 ? undefined : end);
    const areAll = this.#areAll(together);
    const events = [{ event, deadline }, ...(areAll ? following : [])];
    return PluginBatch.begin({ host, entries: together, events, waiting: areAll ? [] : following, runAll });
  }

  /** Whether only these have to run at the event. Then the host can begin the next event as soon as they have ended. */
  #areAll(together: readonly Entry[]): boolean {
    return this.#setting.entries.every((entry) => together.includes(entry) || this.#isPassedOver(entry));
  }

  async #prepare(deadline: Deadline, signal: AbortSignal): Promise<KeptHost | undefined> {
    using stop = new StopSignal(deadline, signal);
    const prepared = await Promise.race([this.#setting.prepare(), stop.stopped]);
    if (typeof prepared === 'string') throw new NoHostInTime(prepared);
    return prepared;
  }

  /** Whether the entry is a plugin that handles the event. */
  #isCalled(entry: Entry): boolean {
    if (entry.kind === 'script') return false;
    const plugin = this.#plugin(entry);
    if (plugin.outcome !== 'loaded' || this.#isRefused(plugin)) return false;
    return plugin.events.includes(this.#setting.event.name);
  }

  /** Whether nothing of the entry runs at the event, and nothing has to be said about it. */
  #isPassedOver(entry: Entry): boolean {
    if (entry.disabled !== undefined) return true;
    if (entry.kind === 'script') return !this.#setting.isStarted(entry);
    if (mayFail(this.#setting.event.name)) {
      const plugin = this.#plugin(entry);
      if (plugin.outcome !== 'loaded' || this.#isRefused(plugin)) return false;
    }
    return !this.#isCalled(entry);
  }

  /** Whether the event must not run the plugin's last good version. An administrator sees then that the file was refused. */
  #isRefused({ isRefused }: KeptPlugin): boolean {
    return isRefused === true && mayFail(this.#setting.event.name);
  }

  #plugin({ name }: Entry): KeptPlugin {
    const unknown = {
      name,
      outcome: 'failed',
      message: `ERROR: ${name} was not loaded`,
      kept: 'none',
      events: [],
    } as const;
    return this.#kept?.plugins.get(name) ?? unknown;
  }
}

/** No host was ready to run a plugin before the event had to stop. */
class NoHostInTime extends Error {
  readonly why: StopCause;

  constructor(why: StopCause) {
    super('its time was up before its plugin host was ready');
    this.why = why;
  }
}

const resultOf = (why: StopCause): number =>
  why === 'cancelled' ? scriptResults.cancelled : scriptResults.timedOut;

const isOfAddress = (event: string): boolean =>
  event === 'takeip' || event === 'releaseip' || event === 'updateip';

/** The outcome of an entry that is not run. */
function atOnce(result: number, text?: string): EntryOutcome {
  const now = new Date();
  return { begin: now, end: now, result, output: Buffer.from(text === undefined ? '' : `${text}\n`) };
}

/** Adds the plugin's note to an outcome that did not fail. It is for `monitor`, because people look at its status. */
function withNote(outcome: EntryOutcome, note: string | undefined): EntryOutcome {
  if (note === undefined || isFailure(outcome.result)) return outcome;
  return withLines(outcome, [note]);
}

function withLines<Ended extends EntryOutcome>(outcome: Ended, lines: readonly string[]): Ended {
  const added = lines.map((line) => `${line}\n`).join('');
  return { ...outcome, output: Buffer.concat([outcome.output, Buffer.from(added)]) };
}
