import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encode } from '../../core/codec/codec.ts';
import { u32 } from '../../core/codec/numbers.ts';
import { socketAddress } from '../../core/ctdbd-client/socket-address.ts';
import { MalformedPacket } from '../../core/codec/malformed-packet.ts';
import { printedAnswer } from '../../core/ctdbd-client/control-answer.ts';
import { decodeReply, encodeRequest, type ControlReply } from '../../core/ctdbd-client/control-packet.ts';
import { changeOf, questionOf, type Control } from '../../core/ctdbd-client/controls.ts';
import { expectReadOrRefused, readOrRefused } from '../support/read-or-refused.ts';
import { replies, requests, type Asked } from './recorded.ts';

const controlOf = (words: readonly string[]): Control => {
  const control = questionOf(words) ?? changeOf(words);
  if (control === undefined) throw new Error(`no control for ${words.join(' ')}`);
  return control;
};

const asked = Object.keys(requests) as Asked[];

test.each(asked)('the request for "%s" is what Debian’s ctdb sends, but for the nodes’ numbers', (words) => {
  const recorded = Buffer.from(requests[words], 'hex');
  const bytes = encodeRequest({ ...controlOf(words.split(' ')), reqid: recorded.readUInt32LE(28) });
  // Having asked for its number once, the command says it from then on.
  recorded.writeUInt32LE(0xf000_0001, 20);
  recorded.writeUInt32LE(0xffff_ffff, 24);
  expect(bytes.toString('hex')).toBe(recorded.toString('hex'));
});

/** What the command would print of this reply. */
function printedBy(words: readonly string[], reply: ControlReply): string | undefined {
  const answer = controlOf(words).read(reply);
  return answer && printedAnswer(answer);
}

test.each(asked)('of the reply to "%s" is printed what Debian’s ctdb prints', (words) => {
  const { hex, printed } = replies[words];
  expect(printedBy(words.split(' '), decodeReply(Buffer.from(hex, 'hex')))).toBe(printed);
});

test('addresses are sorted as the command sorts them', () => {
  const ips = ['fd98::1', '10.98.0.30', '10.98.0.4', 'fd98::7', '9.98.0.30'];
  const entries = ips.map((ip) =>
    Buffer.concat([Buffer.from('ffffffff', 'hex'), encode(socketAddress, { ip, port: 0 })]),
  );
  const answer = Buffer.concat([encode(u32, ips.length), ...entries]);
  expect(printedBy(['-X', 'ip'], { reqid: 1, status: 0, answer })).toBe(
    '|Public IP|Node|\n|9.98.0.30|-1|\n|10.98.0.4|-1|\n|10.98.0.30|-1|\n|fd98::1|-1|\n|fd98::7|-1|\n',
  );
});

test('a control that failed answers nothing', () => {
  for (const words of asked) {
    const reply = { reqid: 1, status: -1, answer: Buffer.alloc(0) };
    expect(controlOf(words.split(' ')).read(reply)).toBeUndefined();
  }
});

test.each(asked)(
  'a reply to "%s" that is cut off anywhere is malformed, or the same without its padding',
  (words) => {
    const { hex, printed } = replies[words];
    const whole = Buffer.from(hex, 'hex');
    const print = (bytes: Buffer): string | undefined => printedBy(words.split(' '), decodeReply(bytes));
    for (let length = 0; length < whole.length; length += 1) {
      const isPadding =
        whole.subarray(length).every((byte) => byte === 0) && length >= 44 + whole.readUInt32LE(36);
      let said: string | undefined;
      const outcome = readOrRefused(() => (said = print(whole.subarray(0, length))), MalformedPacket);
      expect([outcome, said]).toEqual(isPadding ? ['read', printed] : ['refused', undefined]);
    }
  },
);

test('whatever bytes an answer has, they are read or malformed', () => {
  const addresses = '-X ip' satisfies Asked;
  expectReadOrRefused(
    fc.tuple(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...asked)),
    ([bytes, words]) => controlOf(words.split(' ')).read({ reqid: 1, status: 0, answer: Buffer.from(bytes) }),
    MalformedPacket,
    {
      examples: [
        [new Uint8Array(8), addresses],
        [new Uint8Array(1), addresses],
      ],
    },
  );
});

test('what is no control of ours is left to the command', () => {
  const others = [
    ['ip'],
    ['-X', 'ip', 'all'],
    ['-X', 'gettickles'],
    ['-X', 'gettickles', 'localhost'],
    ['-X', 'gettickles', 'fe80::1%eth0'],
    ['-X', 'gettickles', '10.0.0.1', '445'],
    ['pnn', '-n'],
    ['setifacelink', 'eth0', 'up'],
    [],
  ];
  for (const words of others) expect(questionOf(words)).toBeUndefined();
  const otherChanges = [
    ['setifacelink', 'eth0', 'sideways'],
    ['setifacelink', '', 'up'],
    ['setifacelink', 'a-name-of-17-byte', 'up'],
    ['setifacelink', 'eth0', 'up', '-n'],
    ['pnn'],
    [],
  ];
  for (const words of otherChanges) expect(changeOf(words)).toBeUndefined();
});

test('an interface’s name may have 16 bytes', () => {
  expect(changeOf(['setifacelink', 'a-name-of-16-byt', 'down'])?.argument.toString('latin1')).toBe(
    'a-name-of-16-byt\0\0\0\0\0\0\0\0',
  );
});
