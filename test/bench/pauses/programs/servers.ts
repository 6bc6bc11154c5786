/**
 * A plain TCP server and an HTTP server, on all addresses; says `listening` once both do, and ends when standard input does.
 */
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { httpPort, paceMs, pieceBytes, tcpPort } from '../served.ts';
import { requests } from './requests.ts';

const piece = Buffer.alloc(pieceBytes);

const tcp = createServer({ noDelay: true }, serve);
const http = createHttpServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
  request.resume();
  if (request.url === '/late') return;
  request.on('end', () => response.end(request.url === '/read' ? piece : 'yes'));
});
tcp.listen({ port: tcpPort, backlog: 5000 });
http.listen(httpPort);
await Promise.all([once(tcp, 'listening'), once(http, 'listening')]);
console.log('listening');
process.stdin.resume().on('end', () => process.exit());

function serve(socket: Socket): void {
  let pieceLeft = 0;
  let stream: NodeJS.Timeout | undefined;
  socket.on('data', (bytes) => {
    for (let at = 0; at < bytes.length;) {
      if (pieceLeft > 0) {
        const taken = Math.min(pieceLeft, bytes.length - at);
        pieceLeft -= taken;
        at += taken;
        if (pieceLeft === 0) socket.write('k');
        continue;
      }
      const request = String.fromCharCode(bytes[at] ?? 0);
      at += 1;
      if (request === requests.ask) socket.write('k');
      else if (request === requests.write) pieceLeft = pieceBytes;
      else if (request === requests.stream) stream ??= setInterval(() => socket.write(piece), paceMs);
    }
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    clearInterval(stream);
  });
}
