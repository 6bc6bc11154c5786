/** A netlink socket as the layers above use it. Every call ends within `receiveTimeoutMs`. */
export interface KernelTransport {
  /** Hands one datagram to the kernel. Throws SocketError. */
  readonly send: (bytes: Buffer) => void;
  /** The next datagram. The next call overwrites its memory. Throws SocketError. */
  readonly receive: () => Buffer;
  /** The C library's text for an errno, such as `File exists`. */
  readonly textOf: (errno: number) => string;
  readonly close: () => void;
}

/**
 * How long the kernel may take to answer, in milliseconds. It waits for its RTNL lock, which others may hold for about 100
 * ms.
 */
export const receiveTimeoutMs = 5000;

/** A call on a netlink socket failed. `code` has the name of its errno; `EAGAIN` if no answer came in time. */
export class SocketError extends Error {
  override name = 'SocketError';
  readonly code: string;

  constructor(call: string, code: string, text: string) {
    super(`netlink ${call}: ${text}`);
    this.code = code;
  }
}
