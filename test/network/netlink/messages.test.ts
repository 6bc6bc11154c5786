import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalIp } from '../../../core/events/address.ts';
import { type Codec, decode, encode } from '../../../core/codec/codec.ts';
import { MalformedPacket } from '../../../core/codec/malformed-packet.ts';
import { addressMessage, RTM_DELADDR, RTM_NEWADDR } from '../../../core/network/netlink/address-message.ts';
import {
  destroySocket,
  diagRequest,
  getSockets,
  getSocketsOfBothFamilies,
  stateMask,
  takeDiagAnswer,
} from '../../../core/network/netlink/diag-message.ts';
import { dropNewConnections } from '../../../core/network/netlink/drop-rules.ts';
import { connectionOf } from '../../../core/network/netlink/find-sockets.ts';
import { families, ipBytes, ipText, mappedBytes, unmapped } from '../../../core/network/netlink/ip-bytes.ts';
import { linkMessage, setLinkUp } from '../../../core/network/netlink/link-message.ts';
import {
  eachMessage,
  header,
  type Message,
  message,
  NLM_F_CREATE,
  NLM_F_EXCL,
  putMessages,
  takeVerdict,
  type KernelVerdict,
} from '../../../core/network/netlink/message.ts';
import {
  addElement,
  addChain,
  addRule,
  deleteElement,
  flushElements,
  flushRules,
  transaction,
} from '../../../core/network/netlink/nftables-message.ts';
import { readOrRefused } from '../../support/read-or-refused.ts';
import * as captured from './captured.ts';

const ipv4 = b4('10.9.0.1');
const set4 = { table: 'ctdb_hook', name: 'releasing4', family: 'ipv4', id: 1 } as const;
const set6 = { table: 'ctdb_hook', name: 'releasing6', family: 'ipv6', id: 2 } as const;
const fixed = { family: families.ipv4, prefixLength: 24, flags: 0, scope: 0, index: 3 };

function b4(ip: string): Buffer {
  return ipBytes(ip);
}

/** What was captured, without its header. */
const bodyOf = (bytes: Buffer): string => bytes.subarray(16).toString('hex');

/** NLM_F_CREATE and NLM_F_APPEND: of a request for all there is, the other flags mean something else. */
const makeFlags = 0xc00;

/** A message and what a tool sent for the same: type, body and the flags that say what is to be done. */
const sent: readonly (readonly [what: string, ours: Message, theirs: Buffer])[] = [
  [
    'ip addr add',
    message(
      RTM_NEWADDR,
      addressMessage,
      { ...fixed, attributes: { local: ipv4, address: ipv4, broadcast: b4('10.9.0.255') } },
      NLM_F_CREATE | NLM_F_EXCL,
    ),
    captured.addAddress,
  ],
  [
    'ip addr del',
    message(RTM_DELADDR, addressMessage, { ...fixed, attributes: { local: ipv4, address: ipv4 } }),
    captured.deleteAddress,
  ],
  ['ip link set up', setLinkUp(2), captured.setLinkUp],
  ['ss', getSockets(families.ipv4, ipv4, stateMask(['established'])), captured.socketsRequest],
  [
    'ss -K',
    destroySocket({ family: families.ipv4, id: diagRequest.take(captured.destroySocket, 16)[0].id }),
    captured.destroySocket,
  ],
  ['nft add chain', addChain('ctdb_hook', 'releasing', 'input'), captured.chain],
  ['nft flush chain', flushRules('ctdb_hook', 'releasing'), captured.flushRules],
  ['nft add rule of IPv4', addRule('ctdb_hook', 'releasing', dropNewConnections(set4)), captured.rule4],
  ['nft add rule of IPv6', addRule('ctdb_hook', 'releasing', dropNewConnections(set6)), captured.rule6],
];

test.each(sent)('for the same as %s we send the same bytes', (_what, ours, theirs) => {
  const [head] = header.take(theirs, 0);
  expect(ours.type).toBe(head.type);
  expect(ours.flags & makeFlags).toBe(head.flags & makeFlags);
  expect(ours.body.toString('hex')).toBe(bodyOf(theirs));
});

test('an address that is there already is not to be replaced', () => {
  expect(header.take(captured.addAddress, 0)[0].flags & NLM_F_EXCL).toBe(NLM_F_EXCL);
  expect(sent[0]?.[1].flags).toBe(NLM_F_CREATE | NLM_F_EXCL);
});

test('an element of a set has its timeout', () => {
  expect(addElement(set4, b4('10.0.0.1'), 60_000).body.toString('hex')).toBe(bodyOf(captured.element));
  expect(deleteElement(set4, b4('10.0.0.1')).body.toString('hex')).toBe(bodyOf(captured.deleteElement));
});

test('messages stand one behind the other, a transaction between its beginning and its end', () => {
  const wire = putMessages(transaction([flushElements(set4)]), 0, () => 0);
  expect(wire.subarray(0, 20)).toEqual(captured.begin);
  const lengths: number[] = [];
  eachMessage(wire, ({ length }) => lengths.push(length));
  expect(lengths).toEqual([20, 52, 20]);
  expect(wire.subarray(-16, -12).readUInt16LE()).toBe(0x11);
});

test('an acknowledgement is errno 0, a refusal has the words of the kernel', () => {
  expect(verdictOf(captured.acknowledged)).toEqual({ errno: 0, text: undefined });
  expect(verdictOf(captured.addressIsThere)).toEqual({ errno: 17, text: 'ipv4: Address already assigned' });
});

test('a refusal that repeats a request of an impossible length has no words', () => {
  const refusal = Buffer.from(captured.addressIsThere);
  refusal.writeUInt32LE(0xfffffff0, 20);
  expect(verdictOf(refusal)).toEqual({ errno: 17, text: undefined });
});

function verdictOf(datagram: Buffer): KernelVerdict | undefined {
  let verdict: KernelVerdict | undefined;
  eachMessage(datagram, (head, start, end) => {
    verdict = takeVerdict(head, datagram, start, end);
  });
  return verdict;
}

test('the kernel about addresses', () => {
  const found: unknown[] = [];
  eachMessage(captured.addresses, (_head, start, end) => {
    const [{ prefixLength, index, attributes }] = addressMessage.take(
      captured.addresses.subarray(0, end),
      start,
    );
    const own = attributes.local ?? attributes.address;
    found.push([own === undefined ? undefined : ipText(own), prefixLength, index, attributes.flags]);
  });
  expect(found).toEqual([
    ['10.9.0.1', 24, 3, 0x80],
    ['fd00::1', 64, 3, 0x82],
    ['fe80::c8e5:ccff:fe63:61b9', 64, 3, 0xc0],
  ]);
});

test('the kernel about an interface', () => {
  const [{ index, flags, attributes }] = linkMessage.take(captured.link, 16);
  expect({ index, isUp: flags & 1, ...attributes }).toMatchObject({
    index: 3,
    isUp: 1,
    name: 'v0',
    over: 2,
    carrier: 1,
  });
});

test('the kernel about sockets, those of mapped addresses as IPv4', () => {
  const ends = [captured.socket, captured.socketMapped].map((bytes) => {
    const answer = takeDiagAnswer(bytes, 16);
    return { state: answer.state, ...connectionOf(answer) };
  });
  expect(ends).toEqual([
    { state: 1, server: '10.9.0.1:51274', client: '10.9.0.1:2049' },
    { state: 1, server: '10.9.0.1:2049', client: '10.9.0.1:51274' },
  ]);
});

test('sockets of several addresses are asked for by a question for each, and a jump over the rest after each but the last', () => {
  const states = stateMask(['established']);
  const { body } = getSocketsOfBothFamilies([b4('10.0.0.1'), b4('10.0.0.2')], states);
  const program = body.subarray(4 + 48 + 4 + 4 + 4).toString('hex');
  const first = '07101400' + '02200000' + 'ffffffff' + '0a000001';
  const last = '07101400' + '02200000' + 'ffffffff' + '0a000002';
  expect(program).toBe(`${first}01041400${last}`);
});

test('a socket is refused wherever it is cut off', () => {
  for (let length = 16; length < 16 + 52; length += 1)
    expect(() => takeDiagAnswer(captured.socket.subarray(0, length), 16)).toThrow(MalformedPacket);
});

const messages: readonly (readonly [name: string, codec: Codec<unknown>, bytes: Buffer])[] = [
  ['address', addressMessage, captured.addAddress],
  ['link', linkMessage, captured.link],
  ['sock_diag', diagRequest, captured.socketsRequest],
];

test.each(messages)(
  'a message of the kind %s is refused wherever it is cut off within a header or a value',
  (_name, codec, bytes) => {
    const body = bytes.subarray(16);
    const whole = JSON.stringify(decode(codec, body));
    const outcomes = new Set<string>();
    for (let length = 0; length < body.length; length += 1) {
      // Between attributes it may end: then it has fewer of them.
      let taken = '';
      outcomes.add(
        readOrRefused(
          () => (taken = JSON.stringify(decode(codec, body.subarray(0, length)))),
          MalformedPacket,
        ),
      );
      expect(taken.length).toBeLessThanOrEqual(whole.length);
    }
    expect(outcomes).toContain('refused');
  },
);

test('any bytes at all are a datagram, or MalformedPacket: nothing else, and no loop without an end', () => {
  const anyBytes = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
  const codecs = messages.map(([, codec]) => codec);
  const outcomes = new Set<string>();
  const tryAll = (bytes: Buffer): void => {
    for (const codec of codecs)
      outcomes.add(`codec ${readOrRefused(() => codec.take(bytes, 0), MalformedPacket)}`);
    const eachVerdict = () => {
      eachMessage(bytes, (head, start, end) => {
        takeVerdict(head, bytes, start, end);
      });
    };
    outcomes.add(`messages ${readOrRefused(eachVerdict, MalformedPacket)}`);
  };
  for (const real of [captured.link, captured.link.subarray(16)]) tryAll(real);
  fc.assert(fc.property(anyBytes, tryAll));
  // Near misses of what is real find more than noise does.
  const flips = fc.array(fc.tuple(fc.nat(123), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.constantFrom(captured.addresses, captured.addressIsThere, captured.link),
      flips,
      (real, changes) => {
        const bytes = Buffer.from(real);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        tryAll(bytes);
        tryAll(bytes.subarray(16));
      },
    ),
  );
  expect([...outcomes].sort()).toEqual(['codec read', 'codec refused', 'messages read', 'messages refused']);
});

test('an address with any of its attributes comes back as it went', () => {
  const bytes = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array));
  const u8 = fc.nat(255);
  const u32 = fc.nat(0xffffffff);
  const attributes = fc.record(
    { local: bytes, address: bytes, broadcast: bytes, flags: u32 },
    { requiredKeys: [] },
  );
  const anyAddress = fc.record({
    family: u8,
    prefixLength: u8,
    flags: u8,
    scope: u8,
    index: u32,
    attributes,
  });
  fc.assert(
    fc.property(anyAddress, (value) => {
      expect(decode(addressMessage, encode(addressMessage, value))).toEqual(value);
    }),
  );
});

test('addresses of both families are the same as bytes and as text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const ip = canonicalIp(text);
      if (ip === undefined) throw new Error(`${text} is no address`);
      expect(ipText(ipBytes(ip))).toBe(ip);
    }),
  );
  expect(ipBytes('fd00::1')).toEqual(Buffer.from('fd000000000000000000000000000001', 'hex'));
  expect(ipBytes('::')).toEqual(Buffer.alloc(16));
  expect(ipText(unmapped(mappedBytes(b4('10.0.0.1'))))).toBe('10.0.0.1');
  expect(unmapped(ipBytes('fd00::1'))).toHaveLength(16);
});
