import { createSocket, type Socket } from 'node:dgram';
import type { Sink } from './sink.ts';

/** Sends each line as a datagram to 127.0.0.1. It cannot find out whether a process listens there. */
export class UdpSink implements Sink {
  readonly name: string;
  readonly #port: number;
  #socket: Socket | undefined;

  constructor(port: number) {
    this.#port = port;
    this.name = `syslog at 127.0.0.1:${port}`;
  }

  async send(lines: readonly Buffer[]): Promise<void> {
    const socket = (this.#socket ??= this.#open());
    for (const line of lines) {
      await new Promise<void>((resolve, reject) => {
        socket.send(line, this.#port, '127.0.0.1', (error) => {
          if (error) reject(error);
          else resolve();
        });
      });
    }
  }

  reopen(): void {
    // There is no connection to renew.
  }

  close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    return socket === undefined ? Promise.resolve() : new Promise((resolve) => socket.close(resolve));
  }

  #open(): Socket {
    const socket = createSocket('udp4');
    socket.on('error', () => {
      // `send` rejects, so its caller knows.
      if (this.#socket === socket) this.#socket = undefined;
    });
    return socket.unref();
  }
}
