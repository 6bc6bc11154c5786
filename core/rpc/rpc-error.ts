import { getSystemErrorMessage } from 'node:util';

/** A call that came to nothing. */
export class RpcError extends Error {
  override name = 'RpcError';
  /** libtirpc's text for it, after `RPC: `, as far as it says it of a look-up. */
  readonly brief: string;

  /** @param detail what libtirpc adds where it says it of a call. */
  constructor(brief: string, detail = '') {
    super(`${brief}${detail}`);
    this.brief = brief;
  }
}

/** Nobody answered in time. */
export const rpcTimedOut = (): RpcError => new RpcError('Timed out');

/** What came is no reply, or its results are none. */
export const cannotDecode = (): RpcError => new RpcError("Can't decode result");

/** The reply could not be received. */
export const cannotReceive = (error: unknown): RpcError =>
  new RpcError('Unable to receive', `; errno = ${errnoText(error)}`);

/** An error of a socket that was not made, because the C library's would have failed. */
export const systemError = (code: string): Error => Object.assign(new Error(code), { code });

/** What the C library calls an error of a socket, in libtirpc's texts. */
export function errnoText(error: unknown): string {
  const { code = '', errno } = error as NodeJS.ErrnoException;
  return texts[code] ?? (errno === undefined ? String(error) : getSystemErrorMessage(errno));
}

/** strerror(3) of glibc, for what can come of connecting, sending and receiving. */
const texts: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  ECONNABORTED: 'Software caused connection abort',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EHOSTUNREACH: 'No route to host',
  EINVAL: 'Invalid argument',
  EMFILE: 'Too many open files',
  ENETUNREACH: 'Network is unreachable',
  EPERM: 'Operation not permitted',
  EPIPE: 'Broken pipe',
  ETIMEDOUT: 'Connection timed out',
};
