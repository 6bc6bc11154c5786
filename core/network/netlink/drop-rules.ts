import { attributes, nested } from '../../codec/attributes.ts';
import { restOfBytes } from '../../codec/bytes.ts';
import { cString } from '../../codec/c-string.ts';
import { encode } from '../../codec/codec.ts';
import { u32be } from '../../codec/numbers.ts';
import { families } from './ip-bytes.ts';
import type { AddressSet, Expression } from './nftables-message.ts';

/**
 * The steps of a rule that drops packets which begin a TCP connection to an address of a set. Equivalent to:
 * `ip daddr @$set tcp flags & (syn|ack) == syn drop`, for IPv6 `ip6 daddr`.
 */
export function dropNewConnections(set: AddressSet): Expression[] {
  return [
    ...isInSet(set, destinations[set.family]),
    meta(NFT_META_L4PROTO),
    equals(IPPROTO_TCP),
    payload(NFT_PAYLOAD_TRANSPORT_HEADER, tcpFlagsOffset, 1),
    masked(SYN | ACK),
    equals(SYN),
    drop,
  ];
}

/** The steps of a rule that drops all packets from an address of a set. Equivalent to: `ip6 saddr @$set drop`. */
export function dropAllFrom(set: AddressSet): Expression[] {
  return [...isInSet(set, sources[set.family]), drop];
}

function isInSet(
  { name, family, id }: AddressSet,
  [offset, length]: readonly [offset: number, length: number],
): Expression[] {
  return [
    meta(NFT_META_NFPROTO),
    equals(families[family]),
    payload(NFT_PAYLOAD_NETWORK_HEADER, offset, length),
    lookup(name, id),
  ];
}

/** Where source and destination are in the header of IPv4 and IPv6, and their length. */
const sources = { ipv4: [12, 4], ipv6: [8, 16] } as const;
const destinations = { ipv4: [16, 4], ipv6: [24, 16] } as const;
const tcpFlagsOffset = 13;
const SYN = 0x02;
const ACK = 0x10;
const IPPROTO_TCP = 6;

/** From linux/netfilter/nf_tables.h: `enum nft_meta_keys`, `nft_payload_bases`, `nft_registers`, `nft_cmp_ops`. */
const NFT_META_NFPROTO = 15;
const NFT_META_L4PROTO = 16;
const NFT_PAYLOAD_NETWORK_HEADER = 1;
const NFT_PAYLOAD_TRANSPORT_HEADER = 2;
const NFT_REG_VERDICT = 0;
const NFT_REG_1 = 1;
const NFT_CMP_EQ = 0;
const NFT_BITWISE_BOOL = 0;
const NF_DROP = 0;

interface Value {
  value: Buffer;
}
const value = attributes<Value>({ value: [1, restOfBytes] });
const byte = (number: number): Partial<Value> => ({ value: Buffer.of(number) });

const metaOperands = attributes<{ key: number; to: number }>({ key: [2, u32be], to: [1, u32be] });

function meta(key: number): Expression {
  return { name: 'meta', operands: encode(metaOperands, { key, to: NFT_REG_1 }) };
}

const compareOperands = attributes<{ from: number; operation: number; with: Partial<Value> }>({
  from: [1, u32be],
  operation: [2, u32be],
  with: [3 | nested, value],
});

function equals(number: number): Expression {
  const operands = { from: NFT_REG_1, operation: NFT_CMP_EQ, with: byte(number) };
  return { name: 'cmp', operands: encode(compareOperands, operands) };
}

const payloadOperands = attributes<{ to: number; base: number; offset: number; length: number }>({
  to: [1, u32be],
  base: [2, u32be],
  offset: [3, u32be],
  length: [4, u32be],
});

function payload(base: number, offset: number, length: number): Expression {
  return { name: 'payload', operands: encode(payloadOperands, { to: NFT_REG_1, base, offset, length }) };
}

const lookupOperands = attributes<{ from: number; set: string; id: number }>({
  from: [2, u32be],
  set: [1, cString],
  id: [4, u32be],
});

function lookup(set: string, id: number): Expression {
  return { name: 'lookup', operands: encode(lookupOperands, { from: NFT_REG_1, set, id }) };
}

interface BitwiseOperands {
  from: number;
  to: number;
  operation: number;
  length: number;
  mask: Partial<Value>;
  xor: Partial<Value>;
}
const bitwiseOperands = attributes<BitwiseOperands>({
  from: [1, u32be],
  to: [2, u32be],
  operation: [6, u32be],
  length: [3, u32be],
  mask: [4 | nested, value],
  xor: [5 | nested, value],
});

function masked(mask: number): Expression {
  const operands = { from: NFT_REG_1, to: NFT_REG_1, operation: NFT_BITWISE_BOOL, length: 1 };
  return {
    name: 'bitwise',
    operands: encode(bitwiseOperands, { ...operands, mask: byte(mask), xor: byte(0) }),
  };
}

const verdict = attributes<{ code: number }>({ code: [1, u32be] });
const verdictOf = attributes<{ verdict: Partial<{ code: number }> }>({ verdict: [2 | nested, verdict] });
const immediateOperands = attributes<{ to: number; data: Partial<{ verdict: Partial<{ code: number }> }> }>({
  to: [1, u32be],
  data: [2 | nested, verdictOf],
});

const drop: Expression = {
  name: 'immediate',
  operands: encode(immediateOperands, { to: NFT_REG_VERDICT, data: { verdict: { code: NF_DROP } } }),
};
