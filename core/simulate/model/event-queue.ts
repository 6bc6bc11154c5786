import type { RaisedEvent } from '../../run/outcome.ts';
import type { EventAnswer, SimulatedNode, SimulationClock } from './simulated-node.ts';
import { timing } from './timing.ts';

/** What is told of each event of a node. */
export interface QueueObserver {
  readonly begun: (event: RaisedEvent) => void;
  readonly ended: (event: RaisedEvent, answer: EventAnswer, tookMs: number) => void;
}

/** An event that a node was asked to run. */
interface Queued {
  readonly event: RaisedEvent;
  readonly deadlineMs: number;
  readonly stop: AbortController;
  readonly answer: PromiseWithResolvers<EventAnswer>;
}

/**
 * The queue of an event daemon: one event after another. A `monitor` gives way to any other event, and does not wait for one. The
 * time of an event counts from when it was asked for; one that is late starts nothing.
 */
export class EventQueue {
  readonly #node: SimulatedNode;
  readonly #clock: SimulationClock;
  readonly #observer: QueueObserver;
  readonly #waiting: Queued[] = [];
  #running: Queued | undefined;
  #isClosed = false;

  constructor(node: SimulatedNode, clock: SimulationClock, observer: QueueObserver) {
    this.#node = node;
    this.#clock = clock;
    this.#observer = observer;
  }

  /** Whether nothing runs and nothing waits. */
  get isIdle(): boolean {
    return this.#running === undefined;
  }

  /** The name of the event that runs. */
  get running(): string | undefined {
    return this.#running?.event.name;
  }

  /** Runs an event when its turn comes. */
  run(event: RaisedEvent): Promise<EventAnswer> {
    if (this.#isClosed) return Promise.resolve('cancelled');
    const isMonitor = event.name === 'monitor';
    if (isMonitor && this.#running !== undefined && this.#running.event.name !== 'monitor')
      return Promise.resolve('cancelled');
    const queued: Queued = {
      event,
      deadlineMs: this.#clock.nowMs + timing.eventMs,
      stop: new AbortController(),
      answer: Promise.withResolvers<EventAnswer>(),
    };
    this.#waiting.push(queued);
    if (this.#running?.event.name === 'monitor') this.#running.stop.abort();
    if (this.#running === undefined) void this.#work();
    return queued.answer.promise;
  }

  /** ctdbd is gone: nothing of what waits is run, and nobody learns how what runs ends. */
  close(): void {
    this.#isClosed = true;
    for (const { answer } of this.#waiting.splice(0)) answer.resolve('cancelled');
    this.#running?.stop.abort();
    this.#running?.answer.resolve('cancelled');
  }

  async #work(): Promise<void> {
    for (;;) {
      const next = this.#waiting.shift();
      this.#running = next;
      if (next === undefined) return;
      const { event, deadlineMs, stop, answer } = next;
      const beginMs = this.#clock.nowMs;
      this.#observer.begun(event);
      const ended = await this.#outcomeOf(event, deadlineMs, stop.signal);
      if (!this.#isClosed) this.#observer.ended(event, ended, this.#clock.nowMs - beginMs);
      answer.resolve(ended);
    }
  }

  #outcomeOf(event: RaisedEvent, deadlineMs: number, signal: AbortSignal): Promise<EventAnswer> {
    if (this.#clock.nowMs >= deadlineMs) return Promise.resolve('timed out');
    return this.#node.raise(event, deadlineMs, signal);
  }
}
