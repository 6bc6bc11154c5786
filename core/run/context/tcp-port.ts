import { constants } from 'node:os';
import { createServer } from 'node:net';

/**
 * What binding a TCP port on all IPv4 addresses comes to: 98 (EADDRINUSE) where something listens, 0 where nothing
 * does, else another errno. Equivalent to: `ctdb checktcpport $port`.
 */
export async function checkTcpPort(port: number): Promise<number> {
  const server = createServer();
  // Who connects in this instant finds nobody, as without us.
  server.on('connection', (socket) => socket.destroy());
  try {
    return await new Promise<number>((resolve) => {
      server.once('error', ({ errno = -constants.errno.EIO }: NodeJS.ErrnoException) => {
        resolve(-errno);
      });
      server.listen({ port, host: '0.0.0.0', exclusive: true }, () => {
        resolve(0);
      });
    });
  } finally {
    server.close();
  }
}
