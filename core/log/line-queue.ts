import type { Sink } from './sink.ts';

/** Most bytes that wait, a fixed share per line included. */
const queueBytesMax = 1024 * 1024;
/** What a waiting line costs beside its bytes, roughly. */
const lineCostBytes = 100;
/** Most bytes handed over at once. */
const batchBytesMax = 64 * 1024;
/** How long to wait before trying again: at first, and at most; doubled in between. */
const retryMs = { first: 100, last: 30_000 } as const;
/** How long closing waits for what is still to be sent. */
const closeMs = 1000;

/** What a queue tells. */
export interface LineQueueEvents {
  /** Makes the line that says how many were lost. */
  readonly lost: (count: number) => Buffer;
  /** Hears of a sink that fails, once until it works again. */
  readonly onProblem: (message: string) => void;
}

/**
 * Lines on their way to a sink that may be slow, hung or broken: bounded, in order, tried again with growing pauses.
 * What finds no room is lost and counted, and the count follows when there is room. Nothing here throws or waits.
 */
export class LineQueue {
  readonly #sink: Sink;
  readonly #events: LineQueueEvents;
  #lines: Buffer[] = [];
  #bytes = 0;
  #lost = 0;
  #failing = false;
  #retryMs: number = retryMs.first;
  #retry: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #closed = false;
  #emptied: (() => void) | undefined;

  constructor(sink: Sink, events: LineQueueEvents) {
    this.#sink = sink;
    this.#events = events;
  }

  /** Sends a line after those before it, or loses it. */
  push(line: Buffer): void {
    if (this.#closed) return;
    // Once full, it takes lines again when it is half empty, so that losses are told in a few lines.
    const room = this.#lost > 0 ? queueBytesMax / 2 : queueBytesMax;
    if (this.#bytes + line.length + lineCostBytes > room) {
      this.#lost += 1;
      return;
    }
    this.#tellLost();
    this.#add(line);
    this.#send();
  }

  /** Opens the sink's target anew, and tries at once what could not be sent. */
  reopen(): void {
    this.#sink.reopen();
    this.#tryNow();
  }

  /** Sends what can be sent within a second, and lets go of the sink. Lines that come later are dropped. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#lines.length > 0) {
      const emptied = new Promise<void>((resolve) => (this.#emptied = resolve));
      this.#tryNow();
      await withinMs(emptied, closeMs);
    }
    clearTimeout(this.#retry);
    await withinMs(
      this.#sink.close().catch(() => undefined),
      closeMs,
    );
  }

  #add(line: Buffer): void {
    this.#lines.push(line);
    this.#bytes += line.length + lineCostBytes;
  }

  #tellLost(): void {
    if (this.#lost === 0) return;
    this.#add(this.#events.lost(this.#lost));
    this.#lost = 0;
  }

  #tryNow(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#retryMs = retryMs.first;
    this.#send();
  }

  #send(): void {
    if (this.#sending !== undefined || this.#retry !== undefined || this.#lines.length === 0) return;
    this.#sending = this.#sendAll().finally(() => {
      this.#sending = undefined;
      // A line may have come between the last look and now.
      this.#send();
    });
  }

  async #sendAll(): Promise<void> {
    try {
      while (this.#lines.length > 0) {
        const count = this.#batchLength();
        await this.#sink.send(this.#lines.slice(0, count));
        for (const line of this.#lines.splice(0, count)) this.#bytes -= line.length + lineCostBytes;
        this.#failing = false;
        this.#retryMs = retryMs.first;
        if (this.#lines.length === 0) this.#tellLost();
      }
      this.#emptied?.();
    } catch (error) {
      this.#failed(error);
    }
  }

  #batchLength(): number {
    let bytes = 0;
    const beyond = this.#lines.findIndex((line) => (bytes += line.length) > batchBytesMax);
    return beyond < 0 ? this.#lines.length : Math.max(beyond, 1);
  }

  #failed(error: unknown): void {
    if (!this.#failing) this.#report(error);
    this.#failing = true;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#send();
    }, this.#retryMs).unref();
    if (!this.#closed) this.#retryMs = Math.min(this.#retryMs * 2, retryMs.last);
  }

  #report(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    try {
      this.#events.onProblem(`Cannot log to ${this.#sink.name}: ${why}; trying again`);
    } catch {
      // Whoever listens must not stop the log.
    }
  }
}

/** Waits for a promise that does not reject, at most so long. */
async function withinMs(promise: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
