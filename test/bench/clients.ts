/**
 * Clients that connect and wait for the end of their connections.
 *
 * Usage: clients.ts PORT; says `ready`, then for each line `HOST COUNT` that it reads `connected` once all are, and
 * `reset` once all connections were reset; anything else that happens to one instead. After `drop` it ends what is left
 * itself and says `dropped N`, with how many that were.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** How many connect at the same time: a listening queue is not endless. */
const atOnce = 500;

const port = Number(process.argv[2]);
const sockets = new Set<Socket>();

console.log('ready');
for await (const line of createInterface(process.stdin)) {
  const [host = '', count = ''] = line.split(' ');
  if (host === 'drop') drop();
  else await connectAll(host, Number(count));
}

async function connectAll(host: string, count: number): Promise<void> {
  try {
    const endings: Promise<string>[] = [];
    for (let left = count; left > 0; left -= atOnce) {
      const some = Array.from({ length: Math.min(left, atOnce) }, () => connected(host));
      endings.push(...(await Promise.all(some)).map(ending));
    }
    console.log('connected');
    void Promise.all(endings).then((all) => {
      const others = all.filter((how) => how !== 'ECONNRESET');
      if (others[0] !== 'dropped') console.log(others[0] ?? 'reset');
    });
  } catch (error) {
    console.log(String(error));
  }
}

function drop(): void {
  const left = sockets.size;
  for (const socket of sockets) socket.emit('dropped');
  console.log(`dropped ${left}`);
}

async function connected(host: string): Promise<Socket> {
  const socket = connect({ host, port });
  await once(socket, 'connect');
  return socket.resume();
}

function ending(socket: Socket): Promise<string> {
  sockets.add(socket);
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.once('end', () => {
    resolve('end of stream');
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    resolve(error.code ?? error.message);
  });
  socket.once('dropped', () => {
    socket.resetAndDestroy();
    resolve('dropped');
  });
  return promise.finally(() => sockets.delete(socket));
}
