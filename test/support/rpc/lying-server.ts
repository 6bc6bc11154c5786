/** An rpcbind and programs that answer as no honest ones do, on all addresses of this network namespace. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const words = (...numbers: number[]): Buffer =>
  Buffer.concat(
    numbers.map((number) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(number >>> 0);
      return bytes;
    }),
  );

const accepted = (xid: number, ...rest: number[]): Buffer => words(xid, 1, 0, 0, 0, ...rest);

interface Asked {
  readonly xid: number;
  readonly program: number;
  readonly version: number;
}

/** What each program answers, message by message; `undefined` ends a connection. */
const programs: Readonly<Record<number, (asked: Asked) => readonly (Buffer | undefined)[]>> = {
  // Has versions 3 and 4.
  300001: ({ xid, version }) => [version === 3 || version === 4 ? accepted(xid, 0) : accepted(xid, 2, 3, 4)],
  300002: () => [],
  300003: () => [undefined],
  300004: ({ xid }) => [accepted(xid, 1)],
  300005: ({ xid }) => [accepted(xid, 3)],
  300006: ({ xid }) => [accepted(xid, 4)],
  300007: ({ xid }) => [accepted(xid, 5)],
  300008: ({ xid }) => [words(xid, 1, 1, 1, 5)],
  300009: ({ xid }) => [words(xid, 1, 1, 0, 3, 4)],
  // Not for us, then nonsense that is no reply, then the answer.
  300012: ({ xid }) => [accepted(xid + 1, 1), accepted(xid, 0)],
  // Only version 4 of those that it says to have.
  300013: ({ xid, version }) => [
    version === 0 ? accepted(xid, 2, 3, 4) : version === 4 ? accepted(xid, 0) : accepted(xid, 2, 4, 4),
  ],
  300014: ({ xid }) => [words(xid, 7)],
  300015: ({ xid }) => [accepted(xid, 0)],
  300016: ({ xid }) => [accepted(xid, 2, 1, 0xffff_ffff)],
  300017: ({ xid, version }) => [version === 3 ? accepted(xid, 0) : accepted(xid, 2, 3, 3)],
  300018: ({ xid, version }) => [version === 3 ? accepted(xid, 0) : accepted(xid, 2, 3, 3)],
};

const port = 3000;
const unusedPort = 3001;

function rpcbind(message: Buffer): Buffer | undefined {
  const [xid, version] = [message.readUInt32BE(0), message.readUInt32BE(16)];
  const sought = message.readUInt32BE(40);
  if (sought === 300020) return undefined;
  if (sought === 300021) return accepted(xid, 0, 0x7fff_ffff);
  if (sought === 300022) return accepted(xid, 5);
  // An old portmap.
  if (sought === 300017 && version !== 2) return accepted(xid, 2, 2, 2);
  const found = sought === 300010 ? unusedPort : sought in programs ? port : 0;
  if (version === 2) return accepted(xid, 0, found);
  // IPv6 or not makes no difference to who reads the end of it only.
  const isIpv6 = message.includes('p6');
  const address = Buffer.from(
    found === 0 ? '' : `${isIpv6 ? '::1' : '127.0.0.1'}.${found >> 8}.${found & 255}`,
  );
  return Buffer.concat([accepted(xid, 0, address.length), address, Buffer.alloc(-address.length & 3)]);
}

function answer(message: Buffer): readonly (Buffer | undefined)[] {
  const [xid, program, version] = [0, 12, 16].map((at) => message.readUInt32BE(at));
  if (program === 100000) {
    const reply = rpcbind(message);
    return reply === undefined ? [] : [reply];
  }
  return programs[program ?? 0]?.({ xid: xid ?? 0, program: program ?? 0, version: version ?? 0 }) ?? [];
}

/** A record; that of program 300018 comes a byte a fragment. */
function record(message: Buffer, inPieces: boolean): Buffer {
  if (!inPieces) return Buffer.concat([words(0x8000_0000 + message.length), message]);
  return Buffer.concat(
    [...message].flatMap((byte, index) => [
      words(index === message.length - 1 ? 0x8000_0001 : 1),
      Buffer.of(byte),
    ]),
  );
}

for (const listenAt of [111, port]) {
  createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const program = chunk.readUInt32BE(16);
      for (const message of answer(chunk.subarray(4))) {
        if (message === undefined) socket.end();
        else socket.write(record(message, program === 300018));
      }
    });
  }).listen({ port: listenAt, host: '::' }, () => {
    console.log(`tcp ${listenAt}`);
  });
  for (const type of ['udp4', 'udp6'] as const) {
    const socket = createSocket(type === 'udp6' ? { type, ipv6Only: true } : { type });
    socket.on('message', (chunk, { address, port: from }) => {
      for (const message of answer(chunk)) if (message !== undefined) socket.send(message, from, address);
    });
    socket.bind(listenAt, () => {
      console.log(`${type} ${listenAt}`);
    });
  }
}
