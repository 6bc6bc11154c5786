import { expect, test } from 'vitest';
import { encode } from '../../../core/codec/codec.ts';
import { i32 } from '../../../core/codec/numbers.ts';
import { MalformedPacket } from '../../../core/codec/malformed-packet.ts';
import { KernelError } from '../../../core/network/netlink/kernel-error.ts';
import { eachMessage, header, type Header } from '../../../core/network/netlink/message.ts';
import { NetlinkSocket } from '../../../core/network/netlink/netlink-socket.ts';
import { SocketError, type KernelTransport } from '../../../core/network/netlink/transport.ts';

const request = { type: 22, flags: 0, body: Buffer.alloc(8) };
const answerType = 20;
const done = 3;
const errorType = 2;
const interrupted = 0x10;

/** A message of the kernel in answer to a request. */
function answer(seq: number, type: number, body: Buffer, flags = 0): Buffer {
  const head = encode(header, { length: 16 + body.length, type, flags, seq, pid: 7 });
  return Buffer.concat([head, body, Buffer.alloc(-body.length & 3)]);
}

const verdict = (seq: number, errno: number): Buffer =>
  answer(seq, errorType, Buffer.concat([encode(i32, -errno), Buffer.alloc(16)]));

const one = (seq: number, value: number, flags = 0): Buffer =>
  answer(seq, answerType, Buffer.of(value, 0, 0, 0), flags);
const end = (seq: number): Buffer => answer(seq, done, encode(i32, 0));

/** Answers each datagram with what `reply` makes of its messages' headers: datagrams, or errors of the socket. */
function socketThat(reply: (heads: readonly Header[], attempt: number) => readonly (Buffer | Error)[]): {
  socket: NetlinkSocket;
  sent: Header[][];
} {
  const sent: Header[][] = [];
  let replies: (Buffer | Error)[] = [];
  const transport: KernelTransport = {
    send(bytes) {
      const heads: Header[] = [];
      eachMessage(bytes, (head) => heads.push(head));
      sent.push(heads);
      replies.push(...reply(heads, sent.length));
    },
    receive() {
      const next = replies.shift() ?? new SocketError('recv', 'EAGAIN', 'no answer within 5000 ms');
      if (next instanceof Error) throw next;
      return next;
    },
    textOf: (errno) => `errno ${errno}`,
    close() {
      replies = [];
    },
  };
  return { socket: new NetlinkSocket(() => transport), sent };
}

const seqOf = ([first]: readonly Header[]): number => first?.seq ?? 0;
const take = (bytes: Buffer, start: number): number | undefined => bytes[start];

test('a dump has what came up to its end, of one datagram or several', () => {
  const { socket, sent } = socketThat((heads) => [
    Buffer.concat([one(seqOf(heads), 1), one(seqOf(heads), 2)]),
    Buffer.concat([one(seqOf(heads), 3), end(seqOf(heads))]),
  ]);
  expect(socket.dump(request, take)).toEqual([1, 2, 3]);
  expect(sent[0]?.[0]?.flags).toBe(0x301);
});

test('a dump that the kernel says was interrupted is asked for again', () => {
  const { socket, sent } = socketThat((heads, attempt) => [
    one(seqOf(heads), attempt, attempt < 3 ? interrupted : 0),
    end(seqOf(heads)),
  ]);
  expect(socket.dump(request, take)).toEqual([3]);
  expect(sent.length).toBe(3);
});

test('an interruption counts although the message that tells of it is not one that was looked for', () => {
  const { socket, sent } = socketThat((heads, attempt) => [
    one(seqOf(heads), 9, attempt < 2 ? interrupted : 0),
    end(seqOf(heads)),
  ]);
  expect(socket.dump(request, take, { containing: Buffer.of(77) })).toEqual([]);
  expect(sent.length).toBe(2);
});

test('a dump that is always interrupted ends with an error', () => {
  const { socket, sent } = socketThat((heads) => [one(seqOf(heads), 1, interrupted), end(seqOf(heads))]);
  expect(() => socket.dump(request, take)).toThrow('netlink dump: it changed during each of 5 listings');
  expect(sent.length).toBe(5);
});

test('a dump that did not fit the buffer is asked for again, and the rest of the first is skipped', () => {
  const { socket } = socketThat((heads, attempt) =>
    attempt === 1
      ? [one(seqOf(heads), 1), new SocketError('recv', 'ENOBUFS', 'No buffer space available')]
      : [one(seqOf(heads) - 1, 2), end(seqOf(heads) - 1), one(seqOf(heads), 3), end(seqOf(heads))],
  );
  expect(socket.dump(request, take)).toEqual([3]);
});

test('a dump that the kernel refuses is its error', () => {
  const refusals = [(seq: number) => verdict(seq, 95), (seq: number) => answer(seq, done, encode(i32, -95))];
  for (const refusal of refusals) {
    const { socket } = socketThat((heads) => [refusal(seqOf(heads))]);
    expect(() => socket.dump(request, take)).toThrow(KernelError);
    expect(() => socket.dump(request, take)).toThrow('RTNETLINK answers: errno 95');
  }
});

test('messages without what is looked for are skipped, wherever in a datagram they are', () => {
  const { socket } = socketThat((heads) => [
    Buffer.concat([one(seqOf(heads), 1), one(seqOf(heads), 77), one(seqOf(heads), 2)]),
    Buffer.concat([one(seqOf(heads), 77), one(seqOf(heads), 77), end(seqOf(heads))]),
  ]);
  expect(socket.dump(request, take, { containing: Buffer.of(77, 0, 0, 0) })).toEqual([77, 77, 77]);
});

test('only the last of many changes is acknowledged, and each error is at its place', () => {
  const { socket, sent } = socketThat((heads) => [
    verdict(seqOf(heads) + 1, 17),
    verdict(seqOf(heads) + heads.length - 1, 0),
  ]);
  const errors = socket.changeMany([request, request, request]);
  expect(errors.map((error) => error?.code)).toEqual([undefined, 'EEXIST', undefined]);
  expect(sent[0]?.map(({ flags }) => flags)).toEqual([1, 1, 5]);
});

test('more changes than the buffer has room for answers go in parts', () => {
  const { socket, sent } = socketThat((heads) => [verdict(seqOf(heads) + heads.length - 1, 2)]);
  const errors = socket.changeMany(Array.from({ length: 300 }, () => request));
  expect(sent.map((heads) => heads.length)).toEqual([128, 128, 44]);
  expect(errors.flatMap((error, index) => (error === undefined ? [] : [index]))).toEqual([127, 255, 299]);
});

test('a change that fails throws', () => {
  const { socket } = socketThat((heads) => [verdict(seqOf(heads), 1)]);
  expect(() => {
    socket.change(request);
  }).toThrow(KernelError);
});

test('a transaction ends with its last step, or with the first that failed', () => {
  const good = socketThat((heads) => [verdict(seqOf(heads) + 2, 0)]);
  good.socket.transact([request, request, request, request]);
  expect(good.sent[0]?.map(({ flags }) => flags)).toEqual([1, 1, 5, 1]);
  const bad = socketThat((heads) => [verdict(seqOf(heads) + 1, 2), verdict(seqOf(heads) + 2, 0)]);
  expect(() => {
    bad.socket.transact([request, request, request, request]);
  }).toThrow('RTNETLINK answers: errno 2');
});

test('one thing is asked for, and answers to others are skipped', () => {
  const { socket } = socketThat((heads) => [one(seqOf(heads) + 5, 1), verdict(99, 3), one(seqOf(heads), 2)]);
  expect(socket.ask(request, take)).toBe(2);
});

test('a kernel that does not answer is an error that says for how long', () => {
  const { socket } = socketThat(() => []);
  expect(() => socket.ask(request, take)).toThrow('netlink recv: no answer within 5000 ms');
});

test('answers that are cut off, or without an end, are refused', () => {
  const cut = socketThat((heads) => [one(seqOf(heads), 1).subarray(0, 18)]);
  expect(() => cut.socket.dump(request, take)).toThrow(MalformedPacket);
  const headless = socketThat(() => [Buffer.alloc(16)]);
  expect(() => headless.socket.dump(request, take)).toThrow('needs a length of 16 or more, has 0');
});
