import { once } from 'node:events';
import { createServer } from 'node:net';

/** Starts a small server on all addresses, also those that come later: it answers each client with what it says. */
export async function startServer(port: number): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy()); // Its connection was killed, or its client has gone.
    socket.pipe(socket);
  });
  server.listen(port);
  await once(server, 'listening');
}
