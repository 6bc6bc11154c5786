import { rpcTimedOut } from './rpc-error.ts';

/** One reply that is waited for. */
export interface Waiting extends Disposable {
  readonly reply: Promise<Buffer>;
  /** Gets every message that comes; those with another xid, late or forged, are dropped. */
  hear(message: Buffer): void;
  readonly fail: (error: Error) => void;
}

/** Waits for the reply with this xid. It rejects with RpcError when the time is up, and with the signal's reason. */
export function waitForReply(xid: number, timeoutMs: number, signal: AbortSignal): Waiting {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  promise.catch(() => undefined); // It may fail before anybody waits.
  const timer = setTimeout(() => {
    reject(rpcTimedOut());
  }, timeoutMs);
  const abort = (): void => {
    reject(signal.reason as Error);
  };
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  return {
    reply: promise,
    hear(message) {
      if (message.length >= 4 && message.readUInt32BE() === xid) resolve(message);
    },
    fail: reject,
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
}
