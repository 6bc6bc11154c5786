import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { settlesWithin } from '../../process/settles-within.ts';
import { TailBuffer } from './tail-buffer.ts';

/**
 * How long the last output of an ended host is waited for, in milliseconds. A child of the host may still have its stream
 * open.
 */
const waitMs = 100;

/** Most that is kept of a host's standard streams, in bytes. V8 writes there why it ends the process. */
const keptBytesMax = 4096;

/** The last output of a plugin host on its standard streams. Normally it writes nothing there. */
export class LastOutput {
  readonly #child: ChildProcess;
  readonly #tail = new TailBuffer(keptBytesMax);

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream
        ?.on('data', (chunk: Buffer) => {
          this.#tail.add(chunk);
        })
        .on('error', () => undefined);
  }

  /** Waits until no more output can come. */
  async end(): Promise<void> {
    const { stderr } = this.#child;
    if (stderr === null || stderr.closed) return;
    const waited = new AbortController();
    await settlesWithin(once(stderr, 'close', { signal: waited.signal }), waitMs);
    waited.abort();
  }

  /** The kept output. */
  text(): string {
    return this.#tail.text().trim();
  }

  /** The line of the output that says why the host died, if there is one. */
  error(): string | undefined {
    return /^(?:FATAL ERROR|\w*Error): .*/m.exec(this.text())?.[0];
  }
}
