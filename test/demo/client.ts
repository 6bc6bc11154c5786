/**
 * A client: connects to a server, passes lines on in both directions and says how the connection ends.
 *
 * Usage: client.ts IP PORT; writes `connected`, the server's lines, and in the end `lost: ` with the reason.
 */
import { createConnection } from 'node:net';

const [host = '', port = ''] = process.argv.slice(2);

const socket = createConnection({ host, port: Number(port) });
socket.on('connect', () => {
  console.log('connected');
  process.stdin.pipe(socket);
});
socket.on('data', (chunk: Buffer) => process.stdout.write(chunk));
socket.on('end', () => {
  lost('end of stream');
});
socket.on('error', (error: NodeJS.ErrnoException) => {
  lost(error.code ?? error.message);
});

function lost(how: string): void {
  console.log(`lost: ${how}`);
  process.exit();
}
