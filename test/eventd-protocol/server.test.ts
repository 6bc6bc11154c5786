import { rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { decode } from '../../core/codec/codec.ts';
import { outstandingMax } from '../../core/eventd-protocol/connection.ts';
import { Frames, replyBytesMax } from '../../core/eventd-protocol/frames.ts';
import { reply, type Reply, type Request } from '../../core/eventd-protocol/messages.ts';
import { packet } from '../../core/eventd-protocol/packet.ts';
import { clientsMax, listen } from '../../core/eventd-protocol/server.ts';
import type { EventStatus } from '../../core/eventd-protocol/status.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { answerAll, bytesOf, client, closed, listening, patienceMs, rawClient, run } from './listening.ts';

const wait = { timeout: patienceMs };

test('the socket is for its owner only, and gone after close', async () => {
  const path = join(temporaryDirectory(), 'eventd.socket');
  const server = await listen({ path, handle: answerAll, report: () => undefined });
  expect(statSync(path).mode & 0o7777).toBe(0o700);
  await server.close();
  expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
});

test('a socket that was removed is made anew, and who was connected stays so', async () => {
  const path = join(temporaryDirectory(), 'eventd.socket');
  const server = await listen({ path, handle: answerAll, report: () => undefined });
  const early = await client(path);
  rmSync(path);
  await expect(client(path)).rejects.toThrow('ENOENT');
  await server.listenAgain();
  expect(statSync(path).mode & 0o7777).toBe(0o700);
  await expect((await client(path)).run(run(), patienceMs)).resolves.toBe(0);
  await expect(early.run(run(), patienceMs)).resolves.toBe(0);
  await server.close();
  expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  await expect(early.run(run(), patienceMs)).rejects.toThrow();
});

test('who has connected and was not accepted yet is served on when a socket is made anew', async () => {
  const path = join(temporaryDirectory(), 'eventd.socket');
  const server = await listen({ path, handle: answerAll, report: () => undefined });
  const connecting = client(path);
  rmSync(path);
  await server.listenAgain();
  await expect((await connecting).run(run(), patienceMs)).resolves.toBe(0);
  await server.close();
});

test('a socket that is there already is refused, and left alone', async () => {
  const { path } = await listening();
  await expect(listen({ path, handle: answerAll, report: () => undefined })).rejects.toThrow('EADDRINUSE');
  await expect((await client(path)).run(run(), patienceMs)).resolves.toBe(0);
});

test('close closes the clients', async () => {
  const path = join(temporaryDirectory(), 'eventd.socket');
  const server = await listen({ path, handle: answerAll, report: () => undefined });
  const socket = await rawClient(path);
  await server.close();
  await closed(socket);
  expect(socket.destroyed).toBe(true);
});

test('replies on one connection come in the order of completion, each with the reqid of its request', async () => {
  const finish = new Map<string, (reply: Reply) => void>();
  const { path } = await listening((asked) => {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    if (asked.command === 'RUN') finish.set(asked.event, resolve);
    return promise;
  });
  const socket = await rawClient(path);
  const got: unknown[] = [];
  const frames = new Frames(replyBytesMax);
  socket.on('data', (chunk) => {
    for (const bytes of frames.take(chunk)) got.push(decode(packet(reply), bytes));
  });
  socket.write(Buffer.concat([bytesOf(run({ event: 'one' }), 71), bytesOf(run({ event: 'two' }), 72)]));
  await vi.waitFor(() => {
    expect([...finish.keys()]).toEqual(['one', 'two']);
  }, wait);
  finish.get('two')?.({ command: 'RUN', result: 8 });
  await vi.waitFor(() => {
    expect(got).toHaveLength(1);
  }, wait);
  finish.get('one')?.({ command: 'RUN', result: 0 });
  await vi.waitFor(() => {
    expect(got).toEqual([
      { version: 0, reqid: 72, body: { command: 'RUN', result: 8 } },
      { version: 0, reqid: 71, body: { command: 'RUN', result: 0 } },
    ]);
  }, wait);
});

test('a packet that cannot be decoded closes its client with a message, and no other', async () => {
  const { path, reports } = await listening();
  const bystander = await client(path);
  const offender = await rawClient(path);
  const bytes = bytesOf(run());
  bytes.writeUInt8(9, 12);
  offender.write(bytes);
  await closed(offender);
  expect(reports).toEqual([
    'Closed client 2: Cannot decode body command choice at 12: needs 1 (RUN) or 2 (STATUS) or 3 (SCRIPT), has 9',
  ]);
  await expect(bystander.run(run(), patienceMs)).resolves.toBe(0);
});

test('packets with changed bytes never harm the server, and others are served all the while', async () => {
  const { path } = await listening();
  const bystander = await client(path);
  const change = fc.array(fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) }), {
    minLength: 1,
  });
  const anyRequest = fc.constantFrom<Request>(
    run({ args: 'eth0 10.0.0.1 24' }),
    { command: 'STATUS', component: 'legacy', event: 'monitor' },
    { command: 'SCRIPT', component: 'legacy', script: '50.samba', action: 'disable' },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(anyRequest, change), { minLength: 1 }), async (mutants) => {
      const offender = await rawClient(path);
      for (const [asked, flips] of mutants) {
        const bytes = bytesOf(asked);
        for (const { at, byte } of flips) bytes.writeUInt8(byte, at % bytes.length);
        offender.write(bytes);
      }
      offender.end();
      await closed(offender);
      expect(await bystander.run(run(), patienceMs)).toBe(0);
    }),
    { numRuns: 200 },
  );
});

test('a handler that fails is reported, and its request answered with EIO', async () => {
  const { path, reports } = await listening((asked) =>
    asked.command === 'RUN'
      ? Promise.reject(new Error('no such luck'))
      : answerAll(asked, { number: 0 } as never),
  );
  const asking = await client(path);
  await expect(asking.run(run(), patienceMs)).resolves.toBe(5);
  expect(reports).toEqual([expect.stringContaining('Cannot answer RUN of client 1: Error: no such luck')]);
  await expect(asking.status(run(), patienceMs)).resolves.toEqual({ result: 22, status: null });
});

test('a reply that the wire cannot carry is reported, and answered with EIO', async () => {
  const { path, reports } = await listening(() =>
    Promise.resolve({ command: 'STATUS', result: 0, status: null }),
  );
  await expect((await client(path)).status(run(), patienceMs)).resolves.toEqual({ result: 5, status: null });
  expect(reports).toEqual([expect.stringContaining('Cannot encode STATUS')]);
});

test('a client that goes while its event runs aborts its signal, and the event goes on', async () => {
  const { promise, resolve } = Promise.withResolvers<Reply>();
  const seen: AbortSignal[] = [];
  const { path, reports } = await listening((_asked, { signal }) => {
    seen.push(signal);
    return promise;
  });
  const leaving = await rawClient(path);
  leaving.write(bytesOf(run()));
  await vi.waitFor(() => {
    expect(seen.map(({ aborted }) => aborted)).toEqual([false]);
  }, wait);
  leaving.destroy();
  await vi.waitFor(() => {
    expect(seen.map(({ aborted }) => aborted)).toEqual([true]);
  }, wait);
  resolve({ command: 'RUN', result: 0 });
  await expect((await client(path)).run(run(), patienceMs)).resolves.toBe(0);
  expect(reports).toEqual([]);
});

test('a thousand requests sent at once are all answered', async () => {
  const { path } = await listening();
  const asking = await client(path);
  const answers = Array.from({ length: 1000 }, () => asking.run(run(), patienceMs));
  expect(await Promise.all(answers)).toEqual(Array(1000).fill(0));
});

test('a client that asks more than may be outstanding is read on when it was answered', async () => {
  const waiting: (() => void)[] = [];
  const { path } = await listening(({ command }) => {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    waiting.push(() => {
      resolve({ command, result: 0, status: null });
    });
    return promise;
  });
  const greedy = await rawClient(path);
  let replyBytes = 0;
  greedy.on('data', ({ length }) => {
    replyBytes += length;
  });
  greedy.write(Buffer.concat(Array(outstandingMax + 3).fill(bytesOf(run())) as Buffer[]));
  await expect.poll(() => waiting.length).toBe(outstandingMax);
  for (const answer of waiting.splice(0)) answer();
  await expect.poll(() => waiting.length).toBe(3);
  for (const answer of waiting.splice(0)) answer();
  await expect.poll(() => replyBytes).toBe((outstandingMax + 3) * replyLength);
});

/** A reply to RUN: header, command and result. */
const replyLength = 20;

const bigStatus: EventStatus = {
  summary: 1,
  scripts: [
    {
      name: '10.interface',
      begin: { seconds: 1, microseconds: 0 },
      end: { seconds: 2, microseconds: 0 },
      result: 1,
      output: Buffer.alloc(20 * 1024 * 1024, 'x'),
    },
  ],
};

test('a client that does not read its replies is closed with a message', async () => {
  const { path, reports } = await listening(() =>
    Promise.resolve({ command: 'STATUS', result: 0, status: bigStatus }),
  );
  const slow = (await rawClient(path)).pause();
  const asked = bytesOf({ command: 'STATUS', component: 'legacy', event: 'monitor' });
  slow.write(Buffer.concat([asked, asked]));
  await vi.waitFor(() => {
    expect(reports).toEqual([expect.stringMatching(/^Closed client 1: it leaves 2\d{7} bytes unread$/)]);
  }, wait);
});

test('a reply of any size reaches a client that reads', async () => {
  const { path, reports } = await listening(() =>
    Promise.resolve({ command: 'STATUS', result: 0, status: bigStatus }),
  );
  const { status } = await (await client(path)).status(run(), patienceMs);
  expect(status?.scripts[0]?.output.equals(bigStatus.scripts[0]?.output ?? Buffer.alloc(0))).toBe(true);
  expect(reports).toEqual([]);
});

test('one client too many is closed at once, and served once another has gone', async () => {
  const { path, reports } = await listening();
  const many = await Promise.all(Array.from({ length: clientsMax }, () => client(path)));
  await closed(connect(path));
  expect(reports).toEqual([`Closed a new client: there are ${clientsMax} already`]);
  await expect(many.at(-1)?.run(run(), patienceMs)).resolves.toBe(0);
  many[0]?.close();
  await vi.waitFor(async () => {
    expect(await (await client(path)).run(run(), patienceMs)).toBe(0);
  }, wait);
});
