import { createSocket, type Socket } from 'node:dgram';
import { MalformedPacket } from '../codec/malformed-packet.ts';
import { type Channel, type Endpoint, familyOfTransport, isMapped, type TakeReply } from './channel.ts';
import type { RpcReply } from './reply.ts';
import { cannotDecode, cannotReceive, errnoText, RpcError, systemError } from './rpc-error.ts';
import { waitFor, type Waiting } from './waiting.ts';

/** After how long without a reply a datagram is sent again, in milliseconds: either may be lost. The time doubles each time. */
const resendMs = 1000;

/**
 * Prepares to send datagrams to a program. Replies from elsewhere are not received; the error that nobody listens is. If
 * the host cannot be reached, the first call says so, as in libtirpc, which does not connect.
 */
export async function openUdp(
  { transport, host, port }: Endpoint,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Channel> {
  // Node would send by IPv4. It also refuses to connect to port 0.
  if (isMapped(host)) return brokenChannel(cannotSend(systemError('ENETUNREACH')));
  if (port === 0) return brokenChannel(cannotSend(systemError('EINVAL')));
  const socket = createSocket(familyOfTransport(transport) === 6 ? 'udp6' : 'udp4');
  using connecting = waitFor<undefined>(timeoutMs, signal);
  socket.once('error', connecting.fail);
  socket.connect(port, host, () => {
    connecting.take(undefined);
  });
  try {
    await connecting.value;
  } catch (error) {
    socket.on('error', () => undefined).close();
    if (error instanceof RpcError || !(error instanceof Error) || !('code' in error)) throw error;
    return brokenChannel(cannotSend(error));
  }
  return new UdpChannel(socket, signal);
}

const cannotSend = (error: Error): RpcError =>
  new RpcError('Unable to send', `; errno = ${errnoText(error)}`);

/** A channel that only fails. */
const brokenChannel = (error: RpcError): Channel => ({
  exchange: () => Promise.reject(error),
  [Symbol.dispose]: () => undefined,
});

class UdpChannel implements Channel {
  readonly #socket: Socket;
  readonly #signal: AbortSignal;
  #take: TakeReply = () => undefined;
  #waiting: Waiting<RpcReply> | undefined;

  constructor(socket: Socket, signal: AbortSignal) {
    this.#socket = socket;
    this.#signal = signal;
    socket.on('message', (message) => {
      this.#hear(message);
    });
    socket.on('error', (error) => this.#waiting?.fail(cannotReceive(error)));
  }

  async exchange(message: Buffer, take: TakeReply, timeoutMs: number): Promise<RpcReply> {
    using waiting = waitFor<RpcReply>(timeoutMs, this.#signal);
    this.#take = take;
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
      return await waiting.value;
    } finally {
      clearTimeout(resend);
    }
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }

  #hear(message: Buffer): void {
    try {
      const reply = this.#take(message, true);
      if (reply !== undefined) this.#waiting?.take(reply);
    } catch (error) {
      this.#waiting?.fail(error instanceof MalformedPacket ? cannotDecode() : (error as Error));
    }
  }
}
