/**
 * Greets each TCP client with the name of this machine, then keeps the connection open and silent.
 *
 * Silent, because a client with something to say would notice a dead connection by itself.
 * Usage: greeting-server.ts PORT; ends when standard input does.
 */
import { createServer } from 'node:net';
import { hostname } from 'node:os';

const server = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.write(`${hostname()}\n`);
});
server.listen(Number(process.argv[2]), () => {
  console.log('listening');
});
process.stdin.resume().on('end', () => process.exit());
