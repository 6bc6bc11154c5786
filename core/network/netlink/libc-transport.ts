import { getSystemErrorName } from 'node:util';
import { encode } from '../../codec/codec.ts';
import { i64, u16, u32 } from '../../codec/numbers.ts';
import { struct } from '../../codec/struct.ts';
import type { NativeCalls } from '../../libc/load-koffi.ts';
import { receiveTimeoutMs, SocketError, type KernelTransport } from './transport.ts';

/** The netlink families in use; linux/netlink.h. */
export const protocols = { route: 0, sockDiag: 4, netfilter: 12 } as const;

/** Opens netlink sockets through the C library. */
export type OpenTransport = (protocol: number) => KernelTransport;

/** Binds the functions of the C library that netlink sockets need. Throws if the library does not load. */
export function netlinkOverLibc(koffi: NativeCalls): OpenTransport {
  const library = koffi.load('libc.so.6');
  const functions = Object.entries(signatures).map(([name, [result, parameters]]) => [
    name,
    library.func(name, result, [...parameters]),
  ]);
  const libc = Object.fromEntries(functions) as unknown as Libc;
  return (protocol) => new LibcTransport(libc, () => koffi.errno(), protocol);
}

/** The signatures. koffi has no ssize_t; intptr_t is as wide. */
const signatures = {
  socket: ['int', ['int', 'int', 'int']],
  connect: ['int', ['int', 'void *', 'uint32_t']],
  setsockopt: ['int', ['int', 'int', 'int', 'void *', 'uint32_t']],
  send: ['intptr_t', ['int', 'void *', 'size_t', 'int']],
  recv: ['intptr_t', ['int', 'void *', 'size_t', 'int']],
  close: ['int', ['int']],
  strerror: ['str', ['int']],
} as const;

interface Libc {
  socket(family: number, type: number, protocol: number): number;
  connect(fd: number, address: Buffer, length: number): number;
  setsockopt(fd: number, level: number, option: number, value: Buffer, length: number): number;
  send(fd: number, bytes: Buffer, length: number, flags: number): number;
  recv(fd: number, bytes: Buffer, length: number, flags: number): number;
  close(fd: number): number;
  strerror(errno: number): string;
}

class LibcTransport implements KernelTransport {
  readonly #libc: Libc;
  readonly #errno: () => number;
  readonly #fd: number;
  /** The kernel sends a dump in datagrams of at most 32 KiB, and never sends a longer message. */
  readonly #buffer = Buffer.alloc(datagramBytesMax);

  constructor(libc: Libc, errno: () => number, protocol: number) {
    this.#libc = libc;
    this.#errno = errno;
    this.#fd = this.#check('socket', libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
    try {
      this.#configure();
    } catch (error) {
      libc.close(this.#fd);
      throw error;
    }
  }

  readonly send = (bytes: Buffer): void => {
    this.#retried('send', () => this.#libc.send(this.#fd, bytes, bytes.length, 0));
  };

  readonly receive = (): Buffer => {
    const buffer = this.#buffer;
    const length = this.#retried('recv', () => this.#libc.recv(this.#fd, buffer, buffer.length, MSG_TRUNC));
    if (length <= buffer.length) return buffer.subarray(0, length);
    throw new SocketError('recv', 'EMSGSIZE', `got ${length} bytes, expected at most ${buffer.length}`);
  };

  readonly textOf = (errno: number): string => this.#libc.strerror(errno);

  readonly close = (): void => {
    this.#libc.close(this.#fd);
  };

  #configure(): void {
    const timeout = encode(timeval, { seconds: Math.floor(receiveTimeoutMs / 1000), microseconds: 0 });
    this.#set(SOL_SOCKET, SO_RCVTIMEO, timeout);
    this.#set(SOL_SOCKET, SO_SNDTIMEO, timeout);
    // Only the initial user namespace may exceed rmem_max. Elsewhere the allowed size has to be enough.
    if (!this.#tries(SOL_SOCKET, SO_RCVBUFFORCE, receiveBufferBytes))
      this.#tries(SOL_SOCKET, SO_RCVBUF, receiveBufferBytes);
    // These options exist since Linux 4.12 and 4.20: errors with a text that do not repeat the request, and dumps of one
    // interface.
    for (const option of [NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK])
      this.#tries(SOL_NETLINK, option, 1);
    // The socket is connected to the kernel, so that no other process can answer.
    const kernel = encode(sockaddrNl, { family: AF_NETLINK, pad: 0, pid: 0, groups: 0 });
    this.#check('connect', this.#libc.connect(this.#fd, kernel, kernel.length));
  }

  #set(level: number, option: number, value: Buffer): void {
    this.#check('setsockopt', this.#libc.setsockopt(this.#fd, level, option, value, value.length));
  }

  #tries(level: number, option: number, value: number): boolean {
    return this.#libc.setsockopt(this.#fd, level, option, encode(u32, value), 4) === 0;
  }

  /** A signal may interrupt a call that has a timeout, whatever SA_RESTART says (signal(7)). */
  #retried(call: string, attempt: () => number): number {
    for (let interruptions = 0; interruptions < interruptionsMax; interruptions += 1) {
      const result = attempt();
      if (result !== -1 || this.#errno() !== EINTR) return this.#check(call, result);
    }
    throw new SocketError(call, 'EINTR', `interrupted ${interruptionsMax} times`);
  }

  #check(call: string, result: number): number {
    if (result !== -1) return result;
    const errno = this.#errno();
    const code = getSystemErrorName(-errno);
    const text = code === 'EAGAIN' ? `no answer within ${receiveTimeoutMs} ms` : this.#libc.strerror(errno);
    throw new SocketError(call, code, text);
  }
}

/** From bits/socket.h, asm-generic/socket.h and linux/netlink.h, the same on x64 and arm64. */
const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVTIMEO = 20;
const SO_SNDTIMEO = 21;
const SO_RCVBUFFORCE = 33;
const SOL_NETLINK = 270;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const NETLINK_GET_STRICT_CHK = 12;
const MSG_TRUNC = 0x20;
const EINTR = 4;

const timeval = struct({ seconds: i64, microseconds: i64 });
const sockaddrNl = struct({ family: u16, pad: u16, pid: u32, groups: u32 });

const datagramBytesMax = 64 * 1024;
/** Room for the answers to a batch, each of which counts as a kilobyte. */
const receiveBufferBytes = 4 * 1024 * 1024;
const interruptionsMax = 100;
