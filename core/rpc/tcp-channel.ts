import { connect, type Socket } from 'node:net';
import { MalformedPacket } from '../codec/malformed-packet.ts';
import { isMapped, type Channel, type Endpoint, type TakeReply } from './channel.ts';
import { RecordHeads, toRecord } from './records.ts';
import type { RpcReply } from './reply.ts';
import { cannotReceive, errnoText, RpcError, systemError } from './rpc-error.ts';
import { waitFor, type Waiting } from './waiting.ts';

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
  // Node would connect by IPv4. It also refuses to connect to port 0.
  if (isMapped(host)) throw whyNotConnected(systemError('ENETUNREACH'));
  if (port === 0) throw whyNotConnected(systemError('ECONNREFUSED'));
  const socket = connect({ host, port, noDelay: true });
  using connecting = waitFor<undefined>(timeoutMs, signal);
  socket.once('connect', () => {
    connecting.take(undefined);
  });
  socket.once('error', connecting.fail);
  try {
    await connecting.value;
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
  #take: TakeReply = () => undefined;
  #waiting: Waiting<RpcReply> | undefined;
  #ended: Error | undefined;

  constructor(socket: Socket, signal: AbortSignal) {
    this.#socket = socket;
    this.#signal = signal;
    const heads = new RecordHeads((head, isWhole) => {
      this.#hear(head, isWhole);
    });
    socket.on('data', (chunk) => {
      heads.add(chunk);
    });
    // This is libtirpc's error for the end of a connection.
    socket.once('end', () => {
      this.#end(cannotReceive({ code: 'ECONNRESET' }));
    });
    socket.on('error', (error) => {
      this.#end(cannotReceive(error));
    });
  }

  async exchange(message: Buffer, take: TakeReply, timeoutMs: number): Promise<RpcReply> {
    if (this.#ended !== undefined) throw this.#ended;
    using waiting = waitFor<RpcReply>(timeoutMs, this.#signal);
    this.#take = take;
    this.#waiting = waiting;
    this.#socket.write(toRecord(message));
    return await waiting.value;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  /** Reads a record. One that is no reply, or not complete yet, is skipped; the next record may be one. */
  #hear(head: Buffer, isWhole: boolean): void {
    try {
      const reply = this.#take(head, isWhole);
      if (reply !== undefined) this.#waiting?.take(reply);
    } catch (error) {
      if (!(error instanceof MalformedPacket)) this.#waiting?.fail(error as Error);
    }
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#waiting?.fail(error);
  }
}
