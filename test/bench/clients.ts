/**
 * Clients that connect and wait for the end of their connections.
 *
 * Usage: clients.ts PORT; says `ready`, then for each line `HOST COUNT` that it reads `connected` once all are, and
 * `reset` once all connections were reset; anything else that happens to one instead.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

const port = Number(process.argv[2]);

console.log('ready');
for await (const line of createInterface(process.stdin)) {
  const [host = '', count = ''] = line.split(' ');
  try {
    await connectAndWait(host, Number(count));
  } catch (error) {
    console.log(String(error));
  }
}

async function connectAndWait(host: string, count: number): Promise<void> {
  const sockets = await Promise.all(Array.from({ length: count }, () => connected(host)));
  const endings = sockets.map(ending);
  console.log('connected');
  const others = (await Promise.all(endings)).filter((how) => how !== 'ECONNRESET');
  console.log(others[0] ?? 'reset');
}

async function connected(host: string): Promise<Socket> {
  const socket = connect({ host, port });
  await once(socket, 'connect');
  return socket.resume();
}

function ending(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('end', () => {
      resolve('end of stream');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
  });
}
