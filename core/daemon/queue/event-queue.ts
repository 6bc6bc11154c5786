import { deadlineIn, type Deadline } from '../../process/deadline.ts';
import { Stopped } from '../../process/stop-signal.ts';
import { results } from '../../eventd-protocol/messages.ts';
import type { RaisedEvent } from '../../run/outcome.ts';
import type { Report } from '../report.ts';
import { ReleaseDelay } from './release-delay.ts';
import { ReleaseOrder, type ReleaseOrdered } from './release-order.ts';
import { settlesWithin } from '../../process/settles-within.ts';

/** An event that somebody asked for, and its limits. */
export interface EventRequest {
  readonly event: RaisedEvent;
  /** Counts from the arrival of the request, so it includes the time of waiting. */
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  readonly runAll: boolean;
  /** When it arrived, by `performance.now()`. */
  readonly askedMs: number;
}

/** How a run of an event is answered, and when the next one may begin. */
export interface EventAnswer {
  readonly result: number;
  /** Settles when nothing of the run goes on any more. Never rejects. */
  readonly over: Promise<unknown>;
}

/**
 * Runs an event to its end, which may be its deadline or the abort of its signal. `following` are the events that come
 * next, whatever else is asked for meanwhile.
 */
export type RunRequested = (
  request: EventRequest,
  following: readonly EventRequest[],
) => Promise<EventAnswer>;

/** Most events that wait. Each address of a node may be one of them; no node has nearly so many. */
export const waitingMax = 20_000;

/** How long the next event waits, in milliseconds, until the processes of one that was stopped have ended. */
export const overMs = 2_000;

/** The only event that yields to others: every other event is about to change what `monitor` looks at. */
const monitor = 'monitor';

/** Events that come in bursts, one for each address that moves. */
const inBursts: ReadonlySet<string> = new Set(['takeip', 'releaseip', 'updateip']);

/** Most events whose order is fixed in advance: few enough that this costs little before the first begins. */
export const burstMax = 128;

interface Waiting {
  readonly request: EventRequest;
  readonly stop: AbortController;
  readonly answer: (result: number) => void;
  /** Whether the client has its answer. Processes of the event may still have to be ended. */
  isAnswered: boolean;
}

/**
 * Runs the events of a component one at a time, in the order in which they came. Only releases that wait beside each other
 * are put into the best order.
 *
 * A `monitor` yields to every event. It is cancelled by any event that comes while it runs or waits, also by the next
 * `monitor`. It is cancelled at once if it comes while another event runs or waits.
 */
export class EventQueue {
  readonly #run: RunRequested;
  readonly #report: Report;
  readonly #waiting: Waiting[] = [];
  /** How many events, from the first, are next in exactly this order. */
  #settled = 0;
  readonly #releases = new ReleaseOrder();
  #running: Waiting | undefined;
  #isAtWork = false;
  readonly #releaseDelay = new ReleaseDelay();

  constructor(run: RunRequested, report: Report) {
    this.#run = run;
    this.#report = report;
  }

  /** Runs an event when its turn comes; 0 seconds are no limit. Answers one of `results`, and never rejects. */
  add(event: RaisedEvent, timeoutS: number, runAll: boolean): Promise<number> {
    if (event.name === monitor && this.#hasOtherThanMonitor()) return Promise.resolve(results.cancelled);
    this.#cancelMonitors();
    if (this.#waiting.length >= waitingMax) {
      this.#report(`ERROR: ${event.name} refused: ${waitingMax} events are waiting already`);
      return Promise.resolve(results.broken);
    }
    const stop = new AbortController();
    const deadline = timeoutS === 0 ? Infinity : deadlineIn(timeoutS * 1000);
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#waiting.push({
      request: { event, deadline, signal: stop.signal, runAll, askedMs: performance.now() },
      stop,
      answer: resolve,
      isAnswered: false,
    });
    if (event.name === 'releaseip') this.#releaseDelay.noteAsked();
    this.#releaseDelay.wake();
    this.#begin();
    return promise;
  }

  /** Cancels the event that runs and those that wait. */
  stop(): void {
    this.#settled = 0;
    for (const { stop, answer } of [...this.#waiting.splice(0), ...(this.#running ? [this.#running] : [])]) {
      stop.abort(new Stopped('cancelled'));
      answer(results.cancelled);
    }
    this.#releaseDelay.wake();
  }

  #hasOtherThanMonitor(): boolean {
    const all = this.#running?.isAnswered === false ? [this.#running, ...this.#waiting] : this.#waiting;
    return all.some(({ request }) => request.event.name !== monitor);
  }

  /**
   * Cancels the monitors that run or wait. Before an event that cancels them there can be only monitors: other events would
   * have cancelled them already.
   */
  #cancelMonitors(): void {
    if (this.#running?.request.event.name === monitor) cancel(this.#running);
    if (this.#waiting[0]?.request.event.name === monitor) this.#waiting.splice(0).forEach(cancel);
  }

  /** Begins after this turn, so that all requests that have come together are known. */
  #begin(): void {
    if (this.#isAtWork) return;
    this.#isAtWork = true;
    queueMicrotask(() => void this.#runAll());
  }

  async #runAll(): Promise<void> {
    for (;;) {
      await this.#releaseDelay.wait(this.#hasOnlyHeldBack);
      const next = this.#takeNext();
      if (next === undefined) break;
      this.#running = next;
      await this.#runOne(next);
    }
    this.#running = undefined;
    this.#isAtWork = false;
  }

  #takeNext(): Waiting | undefined {
    if (this.#settled === 0) this.#settle();
    else this.#settled -= 1;
    return this.#waiting.shift();
  }

  /** Whether only releases wait that are better done after others, and those others may still come. */
  readonly #hasOnlyHeldBack = (): boolean => {
    const first = this.#waiting[0]?.request.event.name;
    if (this.#settled > 0 || first !== 'releaseip' || !this.#releaseDelay.isExpected) return false;
    const burst = this.#findBurst();
    return burst.length === this.#waiting.length && this.#order(burst).ready.length === 0;
  };

  /** Fixes which events come after the next one: those of its burst, releases in the best order. */
  #settle(): void {
    const burst = this.#findBurst();
    const { ready, heldBack } = this.#order(burst);
    this.#waiting.splice(0, burst.length, ...ready, ...heldBack);
    const next = (ready.length > 0 ? ready : heldBack).slice(0, burstMax);
    if (ready[0]?.request.event.name === 'releaseip') this.#releaseDelay.noteBegun();
    for (const { request } of next) this.#releases.note(request.event);
    this.#settled = Math.max(0, next.length - 1);
  }

  /** The next event, and the events of the same burst that wait directly behind it. */
  #findBurst(): Waiting[] {
    const [first] = this.#waiting;
    if (first === undefined) return [];
    const end = this.#waiting.findIndex(({ request }) => !isAlike(request, first.request));
    return this.#waiting.slice(0, end === -1 ? undefined : end);
  }

  #order(burst: readonly Waiting[]): ReleaseOrdered<Waiting> {
    return this.#releases.order(burst, ({ request }) => request.event);
  }

  async #runOne(running: Waiting): Promise<void> {
    const { request, answer } = running;
    const following = this.#waiting.slice(0, this.#settled).map((waiting) => waiting.request);
    try {
      const { result, over } = await this.#run(request, following);
      running.isAnswered = true;
      answer(result);
      await settlesWithin(over, overMs);
    } catch (error) {
      this.#report(`ERROR: ${request.event.name} could not be run: ${String(error)}`);
      answer(results.broken);
    }
  }
}

/** Whether an event belongs to the burst that another one begins. */
const isAlike = (request: EventRequest, first: EventRequest): boolean =>
  request === first ||
  (inBursts.has(first.event.name) &&
    request.event.name === first.event.name &&
    request.runAll === first.runAll);

/** Cancels an event. It is answered at once; its processes are ended before the next event begins. */
function cancel({ stop, answer }: Waiting): void {
  stop.abort(new Stopped('cancelled'));
  answer(results.cancelled);
}
