/**
 * `half-closed.ts serve PORT` accepts connections and does with each what its first line says: `close` closes its own
 * end, `fill` sends until the client's buffers are full, `keep` nothing at all.
 * `half-closed.ts connect HOST PORT WORD` sends the word, reads nothing, and with `then-end` as another argument closes
 * its own end. Both say what happens.
 */
import { connect, createServer, type Socket } from 'node:net';

const [mode, ...args] = process.argv.slice(2);
if (mode === 'serve') serve(Number(args[0]));
else talk(args[0] ?? '', Number(args[1]), args[2] ?? '', args[3] === 'then-end');

function serve(port: number): void {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', say('server'));
    socket.once('data', (word: Buffer) => {
      if (word.includes('fill')) socket.write(Buffer.alloc(8 * 1024 * 1024));
      if (word.includes('close')) socket.end();
      process.stdout.write(`server did ${word.toString()}\n`);
    });
  });
  server.listen(port, '::', () => {
    process.stdout.write(`listening ${port}\n`);
  });
}

function talk(host: string, port: number, word: string, thenEnd: boolean): void {
  const socket: Socket = connect({ host, port, allowHalfOpen: true }, () => {
    socket.write(word);
    if (thenEnd) socket.end();
    process.stdout.write('client connected\n');
  });
  socket.on('error', say('client'));
  // A socket that nobody reads from does not keep the process alive.
  process.stdin.resume();
}

function say(who: string): (error: NodeJS.ErrnoException) => void {
  return (error) => process.stdout.write(`${who} ${error.code ?? error.message}\n`);
}
