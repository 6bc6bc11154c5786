import { connect } from 'node:net';
import { nobodyListens } from './nobody-listens.ts';

/** How long a connection may take, in milliseconds. If it takes longer, somebody listens and is busy. */
const connectTimeoutMs = 1000;

/**
 * Whether a ctdbd listens on this socket; it may be busy or stopped. It listens until its process has ended, after the last
 * event. If this cannot be found out, ctdbd counts as there.
 */
export async function isCtdbdThere(socketPath: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(socketPath);
  const timer = setTimeout(resolve, connectTimeoutMs, true);
  socket.on('connect', () => {
    resolve(true);
  });
  socket.on('error', (error) => {
    resolve(!nobodyListens(error));
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
