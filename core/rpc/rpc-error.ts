import { getSystemErrorMessage } from 'node:util';

/** A call failed. */
export class RpcError extends Error {
  override name = 'RpcError';
  /** libtirpc's text for it, after `RPC: `, in the form for a look-up. */
  readonly brief: string;

  /** @param detail what libtirpc adds to it for a call. */
  constructor(brief: string, detail = '') {
    super(`${brief}${detail}`);
    this.brief = brief;
  }
}

/** There was no answer in time. */
export const rpcTimedOut = (): RpcError => new RpcError('Timed out');

/** The bytes are no reply, or their results are none. */
export const cannotDecode = (): RpcError => new RpcError("Can't decode result");

/** The reply could not be received. */
export const cannotReceive = (error: unknown): RpcError =>
  new RpcError('Unable to receive', `; errno = ${errnoText(error)}`);

/** An error of a socket that was not made, because the C library's call would have failed. */
export const systemError = (code: string): Error => Object.assign(new Error(code), { code });

/** The C library's text for an error of a socket, for libtirpc's messages. */
export function errnoText(error: unknown): string {
  const { code = '', errno } = error as NodeJS.ErrnoException;
  return texts[code] ?? (errno === undefined ? String(error) : getSystemErrorMessage(errno));
}

/** The texts of strerror(3) of glibc, for errors of connecting, sending and receiving. */
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
