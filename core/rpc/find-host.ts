import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { rpcTimedOut, RpcError } from './rpc-error.ts';

/**
 * The address of a host in a family; the host itself if it is an address. @throws RpcError if there is none, or none in
 * time.
 */
export async function findHost(
  host: string,
  family: 4 | 6,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  if (isIP(host) === family) return host;
  if (isIP(host) !== 0) throw new RpcError('Unknown host');
  const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const { promise, reject } = Promise.withResolvers<never>();
  const late = (): void => {
    reject(signal.aborted ? (signal.reason as Error) : rpcTimedOut());
  };
  stop.addEventListener('abort', late, { once: true });
  const looked = lookup(host, { family }).then(
    ({ address }) => address,
    () => {
      throw new RpcError('Unknown host');
    },
  );
  try {
    return await Promise.race([looked, promise]);
  } finally {
    stop.removeEventListener('abort', late);
  }
}
