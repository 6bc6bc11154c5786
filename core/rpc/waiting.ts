import { rpcTimedOut } from './rpc-error.ts';

/** A value that is waited for. */
export interface Waiting<T> extends Disposable {
  readonly value: Promise<T>;
  readonly take: (value: T) => void;
  readonly fail: (error: Error) => void;
}

/** Waits for a value. It rejects with RpcError when the time is up, and with the signal's reason. */
export function waitFor<T>(timeoutMs: number, signal: AbortSignal): Waiting<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  promise.catch(() => undefined); // It may reject before anybody waits.
  const timer = setTimeout(() => {
    reject(rpcTimedOut());
  }, timeoutMs);
  const abort = (): void => {
    reject(signal.reason as Error);
  };
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  return {
    value: promise,
    take: resolve,
    fail: reject,
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
}
