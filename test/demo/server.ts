/**
 * A small server for the public addresses: answers each client with what it says.
 *
 * Usage: server.ts PORT; writes `listening` once it does.
 */
import { createServer } from 'node:net';

const server = createServer((socket) => {
  socket.on('error', () => socket.destroy()); // Its connection was killed, or its client has gone.
  socket.pipe(socket);
});
server.listen(Number(process.argv[2]), () => {
  console.log('listening');
});
