import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { encode } from '../../core/codec/codec.ts';
import { connectEventd, NoReply } from '../../core/eventd-protocol/client.ts';
import { reply, type Reply } from '../../core/eventd-protocol/messages.ts';
import { packet } from '../../core/eventd-protocol/packet.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { client, listening, patienceMs, run } from './listening.ts';

/** A daemon that is not ours: it does with each chunk that arrives what it is told to. */
async function daemon(onChunk: (socket: Socket, chunk: Buffer) => void): Promise<string> {
  const path = join(temporaryDirectory(), 'eventd.socket');
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      onChunk(socket, chunk);
    });
  });
  onTestFinished(() => {
    server.close();
  });
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  return path;
}

const answer = (reqid: number, body: Reply): Buffer => encode(packet(reply), { version: 0, reqid, body });

test('a client without a daemon says so', async () => {
  const path = join(temporaryDirectory(), 'eventd.socket');
  await expect(connectEventd(path, patienceMs)).rejects.toThrow(
    new NoReply(`Cannot connect to ${path}: connect ENOENT ${path}`),
  );
});

test('requests arrive as they were sent, and each gets its reply', async () => {
  const seen: unknown[] = [];
  const { path } = await listening((asked) => {
    seen.push(asked);
    const { command } = asked;
    if (command !== 'STATUS') return Promise.resolve({ command, result: command === 'RUN' ? 8 : 22 });
    return Promise.resolve({ command, result: 0, status: { summary: 3, scripts: [] } });
  });
  const asking = await client(path);
  const script = { component: 'legacy', script: '50.samba', action: 'disable' } as const;
  const status = { component: 'legacy', event: 'm\udcff' };
  const answers = [
    asking.run(run({ args: 'eth0 10.0.0.1 24', flags: 1 }), Infinity),
    asking.status(status, patienceMs),
    asking.script(script, patienceMs),
  ];
  expect(await Promise.all<unknown>(answers)).toEqual([
    8,
    { result: 0, status: { summary: 3, scripts: [] } },
    22,
  ]);
  expect(seen).toEqual([
    run({ args: 'eth0 10.0.0.1 24', flags: 1 }),
    { command: 'STATUS', ...status },
    { command: 'SCRIPT', ...script },
  ]);
});

test('a reply that does not come in time is an error, it is dropped when it comes, and the next one is right', async () => {
  const path = await daemon((socket, chunk) => {
    // The second request brings both replies.
    if (chunk.readUInt32LE(8) === 1) return;
    socket.write(answer(1, { command: 'RUN', result: 8 }));
    socket.write(answer(2, { command: 'RUN', result: 0 }));
  });
  const asking = await client(path);
  await expect(asking.run(run(), 50)).rejects.toThrow(
    new NoReply(`No reply to RUN from ${path}: none came within 50 ms`),
  );
  await expect(asking.run(run(), patienceMs)).resolves.toBe(0);
});

test('a daemon that goes away fails what waits for it, and what is asked afterwards', async () => {
  const path = await daemon((socket) => socket.destroy());
  const asking = await client(path);
  await expect(asking.run(run(), patienceMs)).rejects.toThrow('the daemon closed the connection');
  await expect(asking.status(run(), patienceMs)).rejects.toThrow(
    new NoReply(`No reply to STATUS from ${path}: the connection is closed`),
  );
});

test('a reply that cannot be decoded fails what waits', async () => {
  const path = await daemon((socket) => socket.write(Buffer.alloc(16)));
  await expect((await client(path)).run(run(), patienceMs)).rejects.toThrow(
    `No reply to RUN from ${path}: Cannot decode length at 0`,
  );
});

test('a reply to something else than what was asked is no reply', async () => {
  const path = await daemon((socket) => socket.write(answer(1, { command: 'SCRIPT', result: 0 })));
  await expect((await client(path)).run(run(), patienceMs)).rejects.toThrow('SCRIPT was answered instead');
});

test('closing the client fails what waits', async () => {
  const path = await daemon(() => undefined);
  const asking = await client(path);
  const waiting = asking.run(run(), patienceMs);
  asking.close();
  await expect(waiting).rejects.toThrow('the connection was closed');
});

test('a request that the wire cannot carry is refused, and nothing waits for it', async () => {
  const asking = await client((await listening()).path);
  await expect(asking.run(run({ event: 'a\0b' }), patienceMs)).rejects.toThrow(RangeError);
  await expect(asking.run(run(), patienceMs)).resolves.toBe(0);
});
