import type { RpcReply } from './reply.ts';

/** A way to a program, by the names that netconfig(5) has for them. */
export type RpcTransport = (typeof transports)[number];

/** All of them. */
export const transports = ['tcp', 'udp', 'tcp6', 'udp6'] as const;

/** Where a program listens. */
export interface Endpoint {
  readonly transport: RpcTransport;
  /** An address of the transport's family. */
  readonly host: string;
  readonly port: number;
}

/**
 * Makes a reply of what came: a message, or over TCP the beginning of one, whole or not. Undefined where it is for somebody
 * else, or where more of it must come. The bytes change afterwards.
 *
 * @throws MalformedPacket for what is no reply, as far as it has come.
 * @throws RpcError for one that ends the exchange.
 */
export type TakeReply = (message: Buffer, isWhole: boolean) => RpcReply | undefined;

/** An open way to a program. */
export interface Channel extends Disposable {
  /**
   * Sends a message and answers the reply to it. What is no reply is passed over where records follow each other, as in TCP;
   * a datagram that is none is the answer.
   *
   * @throws RpcError if there is none in time.
   */
  exchange(message: Buffer, take: TakeReply, timeoutMs: number): Promise<RpcReply>;
}

/** An IPv4 address in the guise of an IPv6 one: sockets of libtirpc that are for IPv6 are for nothing else. */
export const isMapped = (host: string): boolean => /^::ffff:[\d.]+$/i.test(host);

/** The address family of a transport. */
export const familyOfTransport = (transport: RpcTransport): 4 | 6 => (transport.endsWith('6') ? 6 : 4);
