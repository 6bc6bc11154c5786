import { connect } from 'node:net';

/** How long another daemon may take to accept a connection, in milliseconds. */
const connectTimeoutMs = 2_000;

/** Whether a process listens at a unix socket. A process that accepts no connection in time counts too: it may be hung. */
export function isListening(socket: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const connection = connect(socket);
  const timer = setTimeout(resolve, connectTimeoutMs, true);
  connection.once('connect', () => {
    resolve(true);
  });
  connection.once('error', () => {
    resolve(false);
  });
  return promise.finally(() => {
    clearTimeout(timer);
    connection.destroy();
  });
}
