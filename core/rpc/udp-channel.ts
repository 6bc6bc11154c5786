import { createSocket, type Socket } from 'node:dgram';
import { type Channel, type Endpoint, familyOf } from './channel.ts';
import { cannotReceive, errnoText, RpcError } from './rpc-error.ts';
import { waitForReply, type Waiting } from './waiting.ts';

/** After how long without a reply a datagram is sent once more: either may be lost. Twice as long each time. */
const resendMs = 1000;

/**
 * Prepares to send datagrams to a program. Replies from elsewhere are not heard, and that nobody listens is.
 *
 * @throws RpcError if the host is not known or cannot be reached.
 */
export async function openUdp(
  { transport, host, port }: Endpoint,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Channel> {
  const socket = createSocket(familyOf(transport) === 6 ? 'udp6' : 'udp4');
  using connecting = waitForReply(0, timeoutMs, signal);
  socket.once('error', connecting.fail);
  socket.connect(port, host, () => {
    connecting.hear(Buffer.alloc(4));
  });
  try {
    await connecting.reply;
  } catch (error) {
    socket.on('error', () => undefined).close();
    throw whyNotConnected(error);
  }
  return new UdpChannel(socket, signal);
}

function whyNotConnected(error: unknown): unknown {
  if (error instanceof RpcError || !(error instanceof Error) || !('code' in error)) return error;
  return new RpcError('Unable to send', `; errno = ${errnoText(error)}`);
}

class UdpChannel implements Channel {
  readonly #socket: Socket;
  readonly #signal: AbortSignal;
  #waiting: Waiting | undefined;

  constructor(socket: Socket, signal: AbortSignal) {
    this.#socket = socket;
    this.#signal = signal;
    socket.on('message', (message) => this.#waiting?.hear(message));
    socket.on('error', (error) => this.#waiting?.fail(cannotReceive(error)));
  }

  async exchange(message: Buffer, xid: number, timeoutMs: number): Promise<Buffer> {
    using waiting = waitForReply(xid, timeoutMs, this.#signal);
    this.#waiting = waiting;
    let resend: NodeJS.Timeout | undefined;
    const send = (nextMs: number): void => {
      this.#socket.send(message, (error) => {
        if (error !== null) waiting.fail(cannotReceive(error));
      });
      resend = setTimeout(send, nextMs, 2 * nextMs);
    };
    try {
      send(resendMs);
      return await waiting.reply;
    } finally {
      clearTimeout(resend);
    }
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
