/** An rpcbind and programs that answer as the rows say, on all addresses of this network namespace. */
import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { honest, rowOf, type Answer } from './answers.ts';
import { record } from './wire.ts';

const serverPort = 3000;

function answerTo(message: Buffer): Answer {
  const [xid, program, version] = [
    message.readUInt32BE(0),
    message.readUInt32BE(12),
    message.readUInt32BE(16),
  ];
  if (program !== 100_000) return rowOf(program)?.server({ xid, version }) ?? { messages: [] };
  // From the arguments on: an xid is random, and can be any text.
  const asked = { xid, version, transport: message.includes('p6', 40) ? 'tcp6' : 'tcp' };
  return (rowOf(message.readUInt32BE(40))?.rpcbind ?? honest)(asked);
}

function send(socket: Socket, answer: Answer): void {
  const pieces = 'stream' in answer ? answer.stream : answer.messages.map(record);
  for (const piece of pieces) {
    if (piece === 'end') socket.end();
    else if (piece === 'reset') socket.resetAndDestroy();
    else socket.write(piece);
  }
}

/** Calls come as records of one fragment, each in one piece: both callers write them so. */
function serve(socket: Socket): void {
  let unread = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    unread = Buffer.concat([unread, chunk]);
    while (unread.length >= 4 && unread.length >= 4 + (unread.readUInt32BE() & 0x7fff_ffff)) {
      const end = 4 + (unread.readUInt32BE() & 0x7fff_ffff);
      send(socket, answerTo(unread.subarray(4, end)));
      unread = unread.subarray(end);
    }
  });
}

for (const port of [111, serverPort]) {
  createServer({ noDelay: true }, serve).listen({ port, host: '::', backlog: 4096 }, () => {
    console.log(`tcp ${port}`);
  });
  for (const type of ['udp4', 'udp6'] as const) {
    const socket = createSocket({ type, ipv6Only: type === 'udp6', recvBufferSize: 8 << 20 });
    socket.on('message', (chunk, { address, port: from }) => {
      const answer = answerTo(chunk);
      for (const message of 'messages' in answer ? answer.messages : []) socket.send(message, from, address);
    });
    socket.bind(port, () => {
      console.log(`${type} ${port}`);
    });
  }
}
