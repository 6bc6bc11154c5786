import { readSync } from 'node:fs';
import { Socket } from 'node:net';

/** Reads a pipe as bytes come, and takes the rest when the program has ended. */
export class PipeReader {
  readonly #fd: number;
  readonly #socket: Socket;
  readonly #onChunk: (chunk: Buffer) => void;

  /** Takes over the descriptor. Each chunk is a copy that the receiver may keep. */
  constructor(fd: number, onChunk: (chunk: Buffer) => void) {
    this.#fd = fd;
    this.#onChunk = onChunk;
    this.#socket = new Socket({
      fd,
      readable: true,
      writable: false,
      onread: {
        buffer: readBuffer,
        callback: (bytes) => {
          onChunk(Buffer.from(readBuffer.subarray(0, bytes)));
          return true;
        },
      },
    });
    // An error of the read counts as the end of the pipe.
    this.#socket.on('error', () => undefined);
  }

  /**
   * Takes the bytes that are in the pipe without waiting for more, and closes it: other processes may still hold the other
   * end.
   */
  finish(): void {
    for (let taken = 0; !this.#socket.destroyed && taken < pipeBytesMax;) {
      const bytes = this.#readNow();
      if (bytes === 0) break;
      taken += bytes;
      this.#onChunk(Buffer.from(readBuffer.subarray(0, bytes)));
    }
    this.close();
  }

  /** Lets this process exit before the pipe ends. */
  unref(): void {
    this.#socket.unref();
  }

  /** Closes the pipe without reading the rest. */
  close(): void {
    this.#socket.destroy();
  }

  #readNow(): number {
    try {
      return readSync(this.#fd, readBuffer);
    } catch {
      // EAGAIN: the pipe is empty now.
      return 0;
    }
  }
}

/** One buffer serves all pipes: it is emptied before anything else can read. */
const readBuffer = Buffer.alloc(64 * 1024);

/**
 * The most that a pipe holds (16 pages, of 64 KiB at most). With this bound, a background child that writes without end
 * cannot make the last read endless.
 */
const pipeBytesMax = 1024 * 1024;
