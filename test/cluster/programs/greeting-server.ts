/**
 * Greets each TCP client with the name of this machine, then keeps the connection open and silent.
 *
 * Silent, because a client with something to say would notice a dead connection by itself.
 * Usage: greeting-server.ts PORT [IP], on all addresses of both families if none is given; ends when standard input does.
 */
import { createServer } from 'node:net';
import { hostname } from 'node:os';

const server = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.write(`${hostname()}\n`);
});
const [port, host] = process.argv.slice(2);
server.listen({ port: Number(port), host }, () => {
  console.log('listening');
});
process.stdin.resume().on('end', () => process.exit());
