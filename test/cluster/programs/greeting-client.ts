/**
 * Keeps a TCP connection to the greeting server: says who greets, how the connection is lost, and connects again.
 *
 * A connection that is not accepted is tried again in silence: nobody holds the address for a moment.
 * Usage: greeting-client.ts IP PORT; ends when standard input does.
 */
import { createConnection } from 'node:net';

const [ip = '', port = ''] = process.argv.slice(2);

/** How long a connection may take until it is tried anew; the kernel's own patience doubles from one second on. */
const connectTimeoutMs = 500;
const pauseMs = 100;

function connect(): void {
  let greeted = false;
  const socket = createConnection({ host: ip, port: Number(port) });
  const patience = setTimeout(() => socket.destroy(), connectTimeoutMs);
  const lose = (how: string): void => {
    if (greeted) console.log(`lost: ${how}`);
  };
  socket.setEncoding('utf8').on('data', (name) => {
    greeted = true;
    clearTimeout(patience);
    console.log(`greeted by ${String(name).trim()}`);
  });
  socket.on('end', () => {
    lose('end of stream');
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    lose(error.code ?? error.message);
  });
  socket.on('close', () => {
    clearTimeout(patience);
    setTimeout(connect, pauseMs);
  });
}

connect();
process.stdin.resume().on('end', () => process.exit());
