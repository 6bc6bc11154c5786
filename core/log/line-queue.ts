import type { Sink } from './sink.ts';

/** Most bytes that wait, including a fixed share for each line. */
const queueBytesMax = 1024 * 1024;
/** The approximate cost of a waiting line besides its bytes, in bytes. */
const lineCostBytes = 100;
/** Most bytes handed over at once. */
const batchBytesMax = 64 * 1024;
/** The first and the longest pause before a new try, in milliseconds; it doubles in between. */
const retryMs = { first: 100, last: 30_000 } as const;
/** How long closing waits for lines that still have to be sent, in milliseconds. */
const closeMs = 1000;

/** The callbacks of a queue. */
export interface LineQueueEvents {
  /** Makes the line that says how many lines were lost. */
  readonly lost: (count: number) => Buffer;
  /** Is told when a sink fails, and not again until it has worked. */
  readonly onProblem: (message: string) => void;
}

/**
 * A queue of lines for a sink that may be slow, hung or broken. It is bounded and keeps the order. It tries again with
 * growing pauses. Lines that do not fit are lost and counted, and the count follows when there is space. Nothing here
 * throws or waits.
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

  /** Sends a line after the lines before it, or loses it. */
  push(line: Buffer): void {
    if (this.#closed) return;
    // Once it is full, it takes lines again when it is half empty, so that few lines report the losses.
    const room = this.#lost > 0 ? queueBytesMax / 2 : queueBytesMax;
    if (this.#bytes + line.length + lineCostBytes > room) {
      this.#lost += 1;
      return;
    }
    this.#tellLost();
    this.#add(line);
    this.#send();
  }

  /** Opens the sink's target again, and tries at once to send the lines that wait. */
  reopen(): void {
    this.#sink.reopen();
    this.#tryNow();
  }

  /** Sends as much as it can within a second, and closes the sink. Later lines are dropped. */
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
      // A line may have come since the last look.
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
      // A fault of the listener must not stop the log.
    }
  }
}

/** Waits for a promise that does not reject, at most this long. */
async function withinMs(promise: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
