import type { Entry } from '../../event-directory/entry.ts';
import { byName } from '../../event-directory/file-name.ts';
import { ArgumentsError, parseArguments } from '../../events/arguments.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { AnyPlugin } from '../../plugin-loading/check-definition.ts';
import { hasFailedInTime, isFailure, scriptResults } from '../../process/exit-code.ts';
import { Stopped } from '../../process/stop-signal.ts';
import { interfacePlugin } from '../../run/act-without-host.ts';
import type { EntryOutcome, RaisedEvent } from '../../run/outcome.ts';
import type { PluginOutcome } from '../../run/plugin/plugin-runner.ts';
import { runEvent, type RunRecord } from '../../run/run-event.ts';
import { bytesOf, textOf } from '../../text/bytes-as-text.ts';
import type { World } from '../world/world.ts';
import { moveAddress, takeOffLeft } from './address-mover.ts';
import { EventBook } from './event-book.ts';
import { entryOf, type NodeProcess } from './node-process.ts';
import type { PluginResult, RaiseResult } from './raise-result.ts';

/** What events run on: a fake node's own parts. */
export interface EventRunsSetting {
  readonly world: World;
  readonly plugins: ReadonlyMap<string, AnyPlugin>;
  readonly ledger: Ledger;
  /** How long an event may take, in milliseconds. */
  readonly timeoutMs: number;
  /** The process that the plugins run in now, and how it gets a successor. */
  readonly processes: { readonly now: NodeProcess; readonly restart: () => void };
}

/** Runs events on a fake node as a run of a whole event directory does: the ledger notes it, entries run in NN order, an address is released in any case. */
export class EventRuns {
  readonly #world: World;
  readonly #plugins: ReadonlyMap<string, AnyPlugin>;
  readonly #ledger: Ledger;
  readonly #timeoutMs: number;
  readonly #processes: EventRunsSetting['processes'];

  constructor({ world, plugins, ledger, timeoutMs, processes }: EventRunsSetting) {
    this.#world = world;
    this.#plugins = plugins;
    this.#ledger = ledger;
    this.#timeoutMs = timeoutMs;
    this.#processes = processes;
  }

  /** Runs it to its end. Rejects if a plugin asked for something that the test does not declare. */
  async run(event: RaisedEvent, stop: AbortController, timeoutMs = this.#timeoutMs): Promise<RaiseResult> {
    const { clock } = this.#world;
    const beganMs = clock.elapsedMs;
    const book = new EventBook(event.name);
    const cancelTimer = clock.schedule(
      timeoutMs,
      () => {
        stop.abort(new Stopped('timed-out'));
      },
      { isLimit: true },
    );
    try {
      this.#noteAddress(event);
      await this.#note(event);
      const process = this.#processes.now;
      const outcomes = new Map<string, EntryOutcome>();
      const run = runEvent({
        event,
        entries: this.#entries,
        deadline: Infinity,
        signal: stop.signal,
        notify: () => undefined,
        runEntry: async (entry) => {
          const outcome = await this.#runEntry(process, entry, event, stop.signal, book);
          outcomes.set(entry.name, outcome);
          return outcome;
        },
      });
      const ended = await Promise.race([run, book.killed.promise]);
      const lines = await this.#afterRun(event, ended);
      const [refusal] = book.refusals;
      if (refusal !== undefined) throw refusal;
      return this.#resultOf(ended, { book, outcomes, lines, tookMs: clock.elapsedMs - beganMs });
    } finally {
      cancelTimer();
    }
  }

  get #entries(): readonly Entry[] {
    const names = new Set([...this.#plugins.keys(), interfacePlugin]);
    return [...names].sort(byName).map(entryOf);
  }

  async #runEntry(
    process: NodeProcess,
    entry: Entry,
    event: RaisedEvent,
    signal: AbortSignal,
    book: EventBook,
  ): Promise<EntryOutcome> {
    if (!this.#plugins.has(entry.name)) return this.#moveInItsPlace(process, entry, event, signal, book);
    const outcome = withWaiting(await process.run(entry, event, signal, book));
    const isUnwound = await Promise.race([outcome.unwound.then(() => true), soon()]);
    if (!isUnwound) book.lingering.add(entry.name);
    if (!isUnwound) process.end(); // As the event daemon does with a host that goes on.
    if (entry.name !== interfacePlugin || !isFailure(outcome.result)) return outcome;
    const lines = takeOffLeft(event, this.#world);
    const isMended = lines.length > 0 && hasFailedInTime(outcome.result);
    const output = Buffer.concat([outcome.output, bytesOf(lines.map((line) => `${line}\n`).join(''))]);
    return { ...outcome, output, result: isMended ? scriptResults.ok : outcome.result };
  }

  /** What 10.interface does for other plugins, where it is not on the node. */
  async #moveInItsPlace(
    process: NodeProcess,
    entry: Entry,
    event: RaisedEvent,
    signal: AbortSignal,
    book: EventBook,
  ): Promise<EntryOutcome> {
    const begin = new Date();
    const said: string[] = [];
    const log = (text: string): void => void said.push(`${text}\n`);
    const own = new EventBook(event.name);
    const caller = process.callerFor(entry.name, own, { signal, log, show: log });
    let result: number = scriptResults.ok;
    try {
      const die = (): void => {
        book.killed.resolve('killed');
      };
      await moveAddress(event, this.#world, { ...caller, die });
    } catch (error) {
      log(error instanceof Error ? error.message : String(error));
      result = 1;
    }
    return { begin, end: begin, result, output: bytesOf(said.join('')) };
  }

  /** As before any event's first entry. */
  async #note(event: RaisedEvent): Promise<void> {
    if (!this.#processes.now.isAlive) this.#processes.restart();
    const { ledgerAccess } = this.#processes.now;
    ledgerAccess.beginEvent();
    if (event.name === 'init') await ledgerAccess.noteInit();
    else ledgerAccess.noteRaised(event);
  }

  /** An address of which an event is raised is one of the node's. */
  #noteAddress({ name, argv }: RaisedEvent): void {
    if (name !== 'takeip' && name !== 'releaseip' && name !== 'updateip') return;
    try {
      const parsed = parseArguments(name, argv);
      const iface = 'iface' in parsed ? parsed.iface : parsed.newIface;
      this.#world.ctdb.addPublicAddress(parsed.ip, parsed.maskBits, iface);
    } catch (error) {
      if (!(error instanceof ArgumentsError)) throw error;
    }
  }

  /** As after all entries; what the event daemon does where the process was killed. Answers what it says. */
  async #afterRun(event: RaisedEvent, ended: RunRecord | 'killed'): Promise<readonly string[]> {
    const isKilled = ended === 'killed';
    const result = isKilled ? scriptResults.signalled : ended.result;
    const hadItsTurn = !isKilled && ended.entries.some(({ entry }) => entry.name === interfacePlugin);
    const lines = isFailure(result) && !hadItsTurn ? takeOffLeft(event, this.#world) : [];
    if (!this.#processes.now.isAlive) this.#processes.restart();
    this.#processes.now.ledgerAccess.beginEvent();
    if (hasFailedInTime(result)) await this.#processes.now.ledgerAccess.noteFailed(event);
    this.#noteHost(event, !isFailure(result));
    return lines;
  }

  /** What ctdbd takes for the place of an address after an event. */
  #noteHost({ name, argv }: RaisedEvent, isOk: boolean): void {
    const [, ip = ''] = argv;
    const { hosts, pnn } = this.#world.ctdb;
    if (name === 'takeip' && isOk) hosts.set(ip, pnn);
    if (name === 'releaseip' && hosts.get(ip) === pnn && this.#world.kernel.find(ip).length === 0)
      hosts.delete(ip);
  }

  #resultOf(ended: RunRecord | 'killed', { book, outcomes, lines, tookMs }: RunSeen): RaiseResult {
    const status = ended === 'killed' ? scriptResults.signalled : ended.result;
    const plugins = [...outcomes].flatMap(([name, outcome]): PluginResult[] =>
      this.#plugins.has(name) ? [this.#pluginResult(name, outcome, book)] : [],
    );
    const [changes] = book.told.values();
    const told = [...book.told].filter(([, { any }]) => any);
    const said = [...outcomes.values()].map(({ output }) => textOf(output));
    return {
      ok: status === 0,
      status,
      ended: ended === 'killed' ? 'killed' : endOf(status),
      output: [...said, ...lines.map((line) => `${line}\n`)].join(''),
      ...(changes !== undefined && { changes }),
      acknowledged: told.length > 0 && told.every(([name]) => this.#hasNothingLeft(name)),
      did: book.did,
      tookMs,
      plugins,
    };
  }

  #pluginResult(name: string, { result, output }: EntryOutcome, book: EventBook): PluginResult {
    const changes = book.told.get(name);
    return {
      name,
      status: result,
      output: textOf(output),
      ...(changes !== undefined && { changes, acknowledged: this.#hasNothingLeft(name) }),
      isUnwound: !book.lingering.has(name),
      left: book.left.get(name) ?? [],
    };
  }

  #hasNothingLeft(plugin: string): boolean {
    return !this.#ledger.changesFor(plugin).changes.any;
  }
}

/** What was seen of a run. */
interface RunSeen {
  readonly book: EventBook;
  readonly outcomes: ReadonlyMap<string, EntryOutcome>;
  readonly lines: readonly string[];
  readonly tookMs: number;
}

/** One that was out of time and waits for none of its context's calls waits for something else: the test should say so. */
function withWaiting(outcome: PluginOutcome): PluginOutcome {
  const isTold = textOf(outcome.output).includes('  waiting for ');
  if (outcome.result !== scriptResults.timedOut || isTold) return outcome;
  return { ...outcome, output: Buffer.concat([outcome.output, bytesOf(`${waitsElsewhere}\n`)]) };
}

const waitsElsewhere =
  '  waiting for nothing of its context: for a promise that nobody settles, or for something outside of the fake world';

function endOf(status: number): RaiseResult['ended'] {
  if (status === scriptResults.timedOut) return 'timed out';
  if (status === scriptResults.cancelled) return 'cancelled';
  return isFailure(status) ? 'failed' : 'done';
}

/** A handler that has ended has done so by now. */
const soon = async (): Promise<false> => {
  for (let tick = 0; tick < 20; tick += 1) await Promise.resolve();
  return false;
};
