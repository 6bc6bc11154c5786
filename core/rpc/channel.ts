import type { RpcReply } from './reply.ts';

/** A transport to a program, by its name in netconfig(5). */
export type RpcTransport = (typeof transports)[number];

/** All transports. */
export const transports = ['tcp', 'udp', 'tcp6', 'udp6'] as const;

/** The place where a program listens. */
export interface Endpoint {
  readonly transport: RpcTransport;
  /** An address of the transport's family. */
  readonly host: string;
  readonly port: number;
}

/**
 * Reads a reply from bytes that came: a message, or over TCP the beginning of one, complete or not. Undefined if it is for
 * somebody else, or more of it has to come. The bytes change afterwards.
 *
 * @throws MalformedPacket if the bytes so far are no reply.
 * @throws RpcError if the exchange ends with it.
 */
export type TakeReply = (message: Buffer, isWhole: boolean) => RpcReply | undefined;

/** An open channel to a program. */
export interface Channel extends Disposable {
  /**
   * Sends a message and answers its reply. Over TCP, where records follow each other, a record that is no reply is skipped.
   * A datagram that is none ends the exchange.
   *
   * @throws RpcError if there is no reply in time.
   */
  exchange(message: Buffer, take: TakeReply, timeoutMs: number): Promise<RpcReply>;
}

/** Whether it is an IPv4 address in the form of an IPv6 one. libtirpc's sockets for IPv6 serve nothing else. */
export const isMapped = (host: string): boolean => /^::ffff:[\d.]+$/i.test(host);

/** The address family of a transport. */
export const familyOfTransport = (transport: RpcTransport): 4 | 6 => (transport.endsWith('6') ? 6 : 4);
