/** A netlink socket as the codecs and conversations above it see it. Every call ends within `receiveTimeoutMs`. */
export interface KernelTransport {
  /** Hands one datagram to the kernel. Throws SocketError. */
  readonly send: (bytes: Buffer) => void;
  /** The next datagram; its memory is used again by the next call. Throws SocketError. */
  readonly receive: () => Buffer;
  /** What the C library says of an errno, such as `File exists`. */
  readonly textOf: (errno: number) => string;
  readonly close: () => void;
}

/** How long the kernel may take to answer: it waits for its RTNL lock, which others may hold for some 100 ms. */
export const receiveTimeoutMs = 5000;

/** A call on a netlink socket that failed, with its errno name in `code`; `EAGAIN` where no answer came in time. */
export class SocketError extends Error {
  override name = 'SocketError';
  readonly code: string;

  constructor(call: string, code: string, text: string) {
    super(`netlink ${call}: ${text}`);
    this.code = code;
  }
}
