import { deadlineIn, type Deadline } from '../process/deadline.ts';
import { Stopped } from '../process/stop-signal.ts';
import { results } from '../protocol/messages.ts';
import type { RaisedEvent } from '../run/outcome.ts';
import type { Report } from './report.ts';
import { ReleaseOrder } from './release-order.ts';
import { settlesWithin } from './settles-within.ts';

/** An event that somebody asked for, and its limits. */
export interface EventRequest {
  readonly event: RaisedEvent;
  /** From the arrival of the request: waiting counts. */
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  readonly runAll: boolean;
}

/** How a run of an event is answered, and when the next one may begin. */
export interface EventAnswer {
  readonly result: number;
  /** Settles when nothing of the run goes on any more. Never rejects. */
  readonly over: Promise<unknown>;
}

/** Runs an event to its end, which may be its deadline or the abort of its signal. */
export type RunRequested = (request: EventRequest) => Promise<EventAnswer>;

/** Most events that wait: far above the addresses of any node, of which each may be one. */
export const waitingMax = 20_000;

/** How long the next event waits for what is left of one that was given up, in milliseconds. */
export const overMs = 2_000;

/** The only event that yields: everything else is about to change what it looks at. */
const monitor = 'monitor';

interface Waiting {
  readonly request: EventRequest;
  readonly stop: AbortController;
  readonly answer: (result: number) => void;
  /** Whoever asked knows how it ended; what is left of it may still have to be ended. */
  isAnswered: boolean;
}

/**
 * Runs the events of a component one at a time, in the order in which they came; only of releases that wait beside each
 * other the best is next.
 *
 * A `monitor` yields to anything: it is cancelled by whatever comes while it runs or waits, the next `monitor` included,
 * and at once if it comes while anything else runs or waits.
 */
export class EventQueue {
  readonly #run: RunRequested;
  readonly #report: Report;
  readonly #waiting: Waiting[] = [];
  readonly #releases = new ReleaseOrder();
  #running: Waiting | undefined;

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
      request: { event, deadline, signal: stop.signal, runAll },
      stop,
      answer: resolve,
      isAnswered: false,
    });
    if (this.#running === undefined) void this.#runAll();
    return promise;
  }

  /** Gives up what runs and what waits. */
  stop(): void {
    for (const { stop, answer } of [...this.#waiting.splice(0), ...(this.#running ? [this.#running] : [])]) {
      stop.abort(new Stopped('cancelled'));
      answer(results.cancelled);
    }
  }

  #hasOtherThanMonitor(): boolean {
    const all = this.#running?.isAnswered === false ? [this.#running, ...this.#waiting] : this.#waiting;
    return all.some(({ request }) => request.event.name !== monitor);
  }

  /** Only monitors can be before an event that is to cancel them: others would have cancelled them themselves. */
  #cancelMonitors(): void {
    if (this.#running?.request.event.name === monitor) cancel(this.#running);
    if (this.#waiting[0]?.request.event.name === monitor) this.#waiting.splice(0).forEach(cancel);
  }

  async #runAll(): Promise<void> {
    for (let next = this.#takeNext(); next !== undefined; next = this.#takeNext()) {
      this.#running = next;
      this.#releases.note(next.request.event);
      await this.#runOne(next);
    }
    this.#running = undefined;
  }

  #takeNext(): Waiting | undefined {
    const index = this.#releases.next(this.#waiting.map(({ request }) => request.event));
    return this.#waiting.splice(index, 1)[0];
  }

  async #runOne(running: Waiting): Promise<void> {
    const { request, answer } = running;
    try {
      const { result, over } = await this.#run(request);
      running.isAnswered = true;
      answer(result);
      await settlesWithin(over, overMs);
    } catch (error) {
      this.#report(`ERROR: ${request.event.name} could not be run: ${String(error)}`);
      answer(results.broken);
    }
  }
}

/** Answered at once: whatever has to be ended is ended before the next event begins. */
function cancel({ stop, answer }: Waiting): void {
  stop.abort(new Stopped('cancelled'));
  answer(results.cancelled);
}
