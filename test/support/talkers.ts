/**
 * `talkers.ts serve PORT` listens on every address and echoes; `talkers.ts connect HOST PORT` connects and sends what
 * it reads. Both say on standard output what happens to their connections, one thing a line.
 */
import { connect, createServer, type Socket } from 'node:net';

/** As many clients as come at once; the kernel allows net.core.somaxconn. */
const backlog = 65_535;

const [mode, ...args] = process.argv.slice(2);
if (mode === 'serve') serve(Number(args[0]));
else talk(args[0] ?? '', Number(args[1]));

function serve(port: number): void {
  const server = createServer((socket) => {
    watch(socket, 'server');
    socket.pipe(socket);
  });
  server.listen({ port, host: '::', backlog }, () => {
    say(`listening ${port}`);
  });
}

function talk(host: string, port: number): void {
  const socket = connect({ host, port });
  const timer = setTimeout(() => {
    say('client not answered');
    process.exit(1);
  }, 2000);
  watch(socket, 'client');
  socket.once('connect', () => {
    clearTimeout(timer);
    say('client connected');
    process.stdin.pipe(socket, { end: false });
  });
  socket.on('data', (chunk: Buffer) => {
    say(`client got ${chunk.toString().trim()}`);
  });
}

function watch(socket: Socket, who: string): void {
  socket.on('error', (error: NodeJS.ErrnoException) => {
    say(`${who} ${error.code ?? error.message}`);
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
