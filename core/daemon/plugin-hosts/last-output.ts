import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { settlesWithin } from '../../process/settles-within.ts';
import { TailBuffer } from './tail-buffer.ts';

/** How long is waited for what a host wrote before it ended, in milliseconds: a child of it may still have its stream open. */
const waitMs = 100;

/** Most that is kept of what a host writes to its standard streams, in bytes: V8's last words are there. */
const wordsBytesMax = 4096;

/** What a plugin host has written to its standard streams last, where nothing is to be written. */
export class LastOutput {
  readonly #child: ChildProcess;
  readonly #tail = new TailBuffer(wordsBytesMax);

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream
        ?.on('data', (chunk: Buffer) => {
          this.#tail.add(chunk);
        })
        .on('error', () => undefined);
  }

  /** Waits until no more can come. */
  async end(): Promise<void> {
    const { stderr } = this.#child;
    if (stderr === null || stderr.closed) return;
    const waited = new AbortController();
    await settlesWithin(once(stderr, 'close', { signal: waited.signal }), waitMs);
    waited.abort();
  }

  /** All that is kept. */
  text(): string {
    return this.#tail.text().trim();
  }

  /** The line among them that says of what it died, if one does. */
  error(): string | undefined {
    return /^(?:FATAL ERROR|\w*Error): .*/m.exec(this.text())?.[0];
  }
}
