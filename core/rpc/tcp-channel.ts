import { connect, type Socket } from 'node:net';
import type { Channel, Endpoint } from './channel.ts';
import { Records, toRecord } from './records.ts';
import { cannotReceive, errnoText, RpcError } from './rpc-error.ts';
import { waitForReply, type Waiting } from './waiting.ts';

/**
 * Connects to a program.
 *
 * @throws RpcError if that fails, or takes longer than `timeoutMs`.
 */
export async function openTcp(
  { host, port }: Endpoint,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Channel> {
  const socket = connect({ host, port, noDelay: true });
  using connecting = waitForReply(0, timeoutMs, signal);
  socket.once('connect', () => {
    connecting.hear(Buffer.alloc(4));
  });
  socket.once('error', connecting.fail);
  try {
    await connecting.reply;
  } catch (error) {
    socket.destroy();
    socket.on('error', () => undefined);
    throw whyNotConnected(error);
  }
  return new TcpChannel(socket, signal);
}

function whyNotConnected(error: unknown): unknown {
  if (error instanceof RpcError || !(error instanceof Error) || !('code' in error)) return error;
  return new RpcError(`Remote system error - ${errnoText(error)}`);
}

class TcpChannel implements Channel {
  readonly #socket: Socket;
  readonly #signal: AbortSignal;
  readonly #records = new Records();
  #waiting: Waiting | undefined;
  #ended: Error | undefined;

  constructor(socket: Socket, signal: AbortSignal) {
    this.#socket = socket;
    this.#signal = signal;
    socket.on('data', (chunk) => {
      this.#hear(chunk);
    });
    // What libtirpc makes of the end of a connection.
    socket.once('end', () => {
      this.#end(cannotReceive({ code: 'ECONNRESET' }));
    });
    socket.on('error', (error) => {
      this.#end(cannotReceive(error));
    });
  }

  async exchange(message: Buffer, xid: number, timeoutMs: number): Promise<Buffer> {
    if (this.#ended !== undefined) throw this.#ended;
    using waiting = waitForReply(xid, timeoutMs, this.#signal);
    this.#waiting = waiting;
    this.#socket.write(toRecord(message));
    return await waiting.reply;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #hear(chunk: Buffer): void {
    try {
      for (const record of this.#records.add(chunk)) this.#waiting?.hear(record);
    } catch (error) {
      this.#end(error as Error);
      this.#socket.destroy();
    }
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#waiting?.fail(error);
  }
}
