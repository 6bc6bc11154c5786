/** A way to a program, by the names that netconfig(5) has for them. */
export type Transport = (typeof transports)[number];

/** All of them. */
export const transports = ['tcp', 'udp', 'tcp6', 'udp6'] as const;

/** Where a program listens. */
export interface Endpoint {
  readonly transport: Transport;
  /** An address of the transport's family. */
  readonly host: string;
  readonly port: number;
}

/** An open way to a program. */
export interface Channel extends Disposable {
  /**
   * Sends a message and answers the next reply whose xid is the message's.
   *
   * @throws RpcError if there is none in time.
   */
  exchange(message: Buffer, xid: number, timeoutMs: number): Promise<Buffer>;
}

/** The address family of a transport. */
export const familyOf = (transport: Transport): 4 | 6 => (transport.endsWith('6') ? 6 : 4);
