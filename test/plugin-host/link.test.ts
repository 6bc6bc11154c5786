import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { encode } from '../../core/codec/codec.ts';
import { type Journal, readJournal } from '../../core/plugin-host/journal.ts';
import { MessageLink } from '../../core/plugin-host/link.ts';
import { mapJournal } from '../../core/plugin-host/map-journal.ts';
import {
  fromHost,
  type FromHost,
  messageBytesMax,
  toHost,
  type ToHost,
} from '../../core/plugin-host/messages.ts';
import { packet } from '../../core/eventd-protocol/packet.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { aFromHost } from './arbitraries.ts';

/** Makes connected pairs of sockets: ours, and a host's that says what it likes. */
async function sockets(): Promise<() => Promise<{ ours: Socket; theirs: Socket }>> {
  const path = join(temporaryDirectory(), 'socket');
  const server = createServer().listen(path);
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return async () => {
    const theirs = connect(path).on('error', () => undefined);
    const [ours] = (await once(server, 'connection')) as [Socket];
    onTestFinished(() => {
      theirs.destroy();
      ours.destroy();
    });
    return { ours, theirs };
  };
}

/** The daemon's end, and what it has heard. */
function daemonEnd(ours: Socket): {
  link: MessageLink<FromHost, ToHost>;
  heard: FromHost[];
  closed: Promise<Error | undefined>;
} {
  const heard: FromHost[] = [];
  const { promise: closed, resolve } = Promise.withResolvers<Error | undefined>();
  const link = new MessageLink(
    ours,
    { incoming: fromHost, outgoing: toHost },
    {
      onMessage: (message) => heard.push(message),
      onClose: resolve,
    },
  );
  return { link, heard, closed };
}

const bytesOf = (body: FromHost): Buffer => encode(packet(fromHost), { version: 0, reqid: 0, body });

test('messages come whole and in order, however they are cut on the way', async () => {
  const pair = await sockets();
  await fc.assert(
    fc.asyncProperty(
      fc.array(aFromHost, { maxLength: 8 }),
      fc.array(fc.nat(), { maxLength: 8 }),
      async (sent, cuts) => {
        const { ours, theirs } = await pair();
        const { heard, closed } = daemonEnd(ours);
        const all = Buffer.concat(sent.map(bytesOf));
        const places = [
          0,
          ...cuts.map((cut) => cut % (all.length + 1)).sort((one, other) => one - other),
          all.length,
        ];
        for (const [index, place] of places.entries())
          theirs.write(all.subarray(places[index - 1] ?? 0, place));
        theirs.end();
        expect(await closed).toBeUndefined();
        expect(heard).toEqual(sent);
      },
    ),
    { numRuns: 50 },
  );
});

test('bytes that are no message close the link with the fault, and no later message is passed on', async () => {
  const pair = await sockets();
  const messages = new Set<string | undefined>();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (garbage) => {
      const { ours, theirs } = await pair();
      const { heard, closed, link } = daemonEnd(ours);
      const good = bytesOf({ kind: 'done', run: 1 });
      theirs.write(Buffer.concat([good, Buffer.from(garbage)]));
      theirs.end();
      const fault = await closed;
      expect(heard[0]).toEqual({ kind: 'done', run: 1 });
      messages.add(fault?.message.replace(/^(Cannot decode ).*/s, '$1'));
      link.send({ kind: 'stop', run: 1, cause: 'cancelled' }); // Does nothing any more, and does not throw.
    }),
    // What is cut off is no fault.
    { numRuns: 100, examples: [[new Uint8Array(8)], [new Uint8Array(1)]] },
  );
  expect(messages).toEqual(new Set([undefined, 'Cannot decode ']));
});

test('a length beyond the bound closes the link before anything is set aside for it', async () => {
  const pair = await sockets();
  const { ours, theirs } = await pair();
  const { closed } = daemonEnd(ours);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(messageBytesMax + 1);
  theirs.write(length);
  expect((await closed)?.message).toContain(`${messageBytesMax + 1}`);
});

test('a listener that throws costs the link, and no more', async () => {
  const pair = await sockets();
  const { ours, theirs } = await pair();
  const { promise: closed, resolve } = Promise.withResolvers<Error | undefined>();
  new MessageLink(
    ours,
    { incoming: fromHost, outgoing: toHost },
    {
      onMessage() {
        throw new Error('a mistake of ours');
      },
      onClose: resolve,
    },
  );
  theirs.write(bytesOf({ kind: 'done', run: 1 }));
  expect((await closed)?.message).toBe('a mistake of ours');
});

/** A journal as a host writes it that has sent so many messages, and then has these to say, one after another. */
function journalOf(sent: number, messages: readonly FromHost[]): Journal | undefined {
  const fd = openSync(join(temporaryDirectory(), 'journal'), 'w+');
  onTestFinished(() => {
    closeSync(fd);
  });
  expect(readJournal(fd)).toBeUndefined();
  const writer = mapJournal(fd);
  writer?.write(99, [Buffer.alloc(1000)]); // Something longer, written before.
  const packets = messages.map(bytesOf);
  for (let count = 0; count <= packets.length; count += 1) writer?.write(sent, packets.slice(0, count));
  return readJournal(fd);
}

test('each message is passed on once, from the socket or from the journal, whichever came first', async () => {
  const pair = await sockets();
  await fc.assert(
    fc.asyncProperty(fc.array(aFromHost, { maxLength: 8 }), fc.nat(8), fc.nat(8), async (all, a, b) => {
      const [sent, arrived] = [Math.min(a, all.length), Math.min(b, all.length)];
      const { ours, theirs } = await pair();
      const { heard, closed, link } = daemonEnd(ours);
      theirs.write(Buffer.concat(all.slice(0, Math.max(sent, arrived)).map(bytesOf)));
      await expect.poll(() => heard.length).toBe(Math.max(sent, arrived));
      const journal = journalOf(sent, all.slice(sent));
      if (journal === undefined) throw new Error('The journal cannot be read');
      link.recover(journal);
      expect(heard).toEqual(all);
      theirs.write(Buffer.concat(all.slice(Math.max(sent, arrived)).map(bytesOf)));
      theirs.end();
      expect(await closed).toBeUndefined();
      expect(heard).toEqual(all);
    }),
    { numRuns: 50 },
  );
});

test('a journal of random bytes is nothing, or costs the link and no more', async () => {
  const pair = await sockets();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (packets) => {
      const { ours } = await pair();
      const { link } = daemonEnd(ours);
      expect(() => {
        link.recover({ sent: 0, packets: Buffer.from(packets) });
      }).not.toThrow();
    }),
  );
});

test('a journal in what is no file is none', () => {
  const fd = openSync('/dev/null', 'w+');
  onTestFinished(() => {
    closeSync(fd);
  });
  expect(mapJournal(fd)).toBeUndefined();
});
