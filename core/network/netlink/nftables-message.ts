import { type Attribute, attributeList, attributes, nested } from '../../codec/attributes.ts';
import { restOfBytes } from '../../codec/bytes.ts';
import { cString } from '../../codec/c-string.ts';
import type { Codec } from '../../codec/codec.ts';
import { u16be, u32be, u64be, u8 } from '../../codec/numbers.ts';
import { struct } from '../../codec/struct.ts';
import { type Message, message, NLM_F_APPEND, NLM_F_CREATE } from './message.ts';

/**
 * What follows the header in each message of nfnetlink: `struct nfgenmsg` of linux/netfilter/nfnetlink.h.
 *
 *     0x01 00 0000 ...
 *        │  │    │   └── attributes
 *        │  │    └────── resource: 0, or the subsystem around a batch
 *        │  └─────────── version
 *        └────────────── family: inet
 */
function nfMessage<T extends object>(fields: Codec<T>): Codec<NfMessage<T>> {
  return struct<NfMessage<T>>({ family: u8, version: u8, resource: u16be, attributes: fields });
}

interface NfMessage<T> {
  readonly family: number;
  readonly version: number;
  readonly resource: number;
  readonly attributes: T;
}

/** NFPROTO_INET: both families. */
const inet = { family: 1, version: 0, resource: 0 } as const;
const NFNL_SUBSYS_NFTABLES = 10;
const typeOf = (operation: number): number => (NFNL_SUBSYS_NFTABLES << 8) | operation;

const table = nfMessage(attributes<{ name: string }>({ name: [1, cString] }));

/** Makes a table, or leaves an existing one as it is. */
export const addTable = (name: string): Message =>
  message(typeOf(0), table, { ...inet, attributes: { name } }, NLM_F_CREATE);

const hook = attributes<{ number: number; priority: number }>({ number: [1, u32be], priority: [2, u32be] });
const chain = nfMessage(
  attributes<{
    table: string;
    name: string;
    hook: Partial<{ number: number; priority: number }>;
    type: string;
  }>({
    table: [1, cString],
    name: [3, cString],
    type: [7, cString],
    hook: [4 | nested, hook],
  }),
);

/**
 * Makes a chain that filters packets to this node, or from it, a little before other chains; or leaves an existing one as it is.
 */
export function addChain(inTable: string, name: string, which: keyof typeof hooks): Message {
  const priority = 2 ** 32 - 10;
  const value = { table: inTable, name, hook: { number: hooks[which], priority }, type: 'filter' };
  return message(typeOf(3), chain, { ...inet, attributes: value }, NLM_F_CREATE);
}

/** NF_INET_LOCAL_IN and NF_INET_LOCAL_OUT. */
const hooks = { input: 1, output: 3 } as const;

interface SetAttributes {
  table: string;
  name: string;
  flags: number;
  keyType: number;
  keyBytes: number;
  id: number;
}

const set = nfMessage(
  attributes<SetAttributes>({
    table: [1, cString],
    name: [2, cString],
    flags: [3, u32be],
    keyType: [4, u32be],
    keyBytes: [5, u32be],
    id: [10, u32be],
  }),
);

/** A set of addresses of one family. */
export interface AddressSet {
  readonly table: string;
  readonly name: string;
  readonly family: 'ipv4' | 'ipv6';
  /** Its number in the transaction that makes it. */
  readonly id: number;
}

/** Makes a set whose elements can have a timeout; or leaves an existing one as it is. */
export function addAddressSet({ table: inTable, name, family, id }: AddressSet): Message {
  const [keyType, keyBytes] = keyTypes[family];
  const value = { table: inTable, name, flags: NFT_SET_TIMEOUT, keyType, keyBytes, id };
  return message(typeOf(9), set, { ...inet, attributes: value }, NLM_F_CREATE);
}

const NFT_SET_TIMEOUT = 0x10;
/** The types that `nft` calls ipv4_addr and ipv6_addr: its own numbers for them, and their lengths. */
const keyTypes = { ipv4: [7, 4], ipv6: [8, 16] } as const;

interface Value {
  value: Buffer;
}
const value: Codec<Partial<Value>> = attributes<Value>({ value: [1, restOfBytes] });

interface Element {
  key: Partial<Value>;
  timeoutMs: number;
}
const element = attributes<Element>({ timeoutMs: [4, u64be], key: [1 | nested, value] });

interface ElementsAttributes {
  table: string;
  set: string;
  id: number;
  elements: readonly Partial<Element>[];
}
const elements = nfMessage(
  attributes<ElementsAttributes>({
    table: [1, cString],
    set: [2, cString],
    id: [4, u32be],
    elements: [3 | nested, attributeList([1 | nested, element])],
  }),
);

/** Puts an address into a set, until the timeout. It changes nothing if the address is there already. */
export function addElement({ table: inTable, name, id }: AddressSet, ip: Buffer, timeoutMs: number): Message {
  const added = { table: inTable, set: name, id, elements: [{ key: { value: ip }, timeoutMs }] };
  return message(typeOf(12), elements, { ...inet, attributes: added }, NLM_F_CREATE);
}

/** Takes an address out of a set. The kernel answers ENOENT if it is not there. */
export function deleteElement({ table: inTable, name }: AddressSet, ip: Buffer): Message {
  const deleted = { table: inTable, set: name, elements: [{ key: { value: ip } }] };
  return message(typeOf(14), elements, { ...inet, attributes: deleted });
}

/** Asks for an address in a set. The kernel answers ENOENT if it is not there. */
export function getElement({ table: inTable, name }: AddressSet, ip: Buffer): Message {
  const asked = { table: inTable, set: name, elements: [{ key: { value: ip } }] };
  return message(typeOf(13), elements, { ...inet, attributes: asked });
}

/** Asks for all addresses in a set, in a dump. */
export function getElements({ table: inTable, name }: AddressSet): Message {
  return message(typeOf(13), elements, { ...inet, attributes: { table: inTable, set: name } });
}

/** Decodes the addresses in an answer to `getElements`. It copies them, because the next datagram overwrites the bytes. */
export function takeElements(bytes: Buffer, start: number): readonly Buffer[] {
  const [{ attributes: found }] = elements.take(bytes, start);
  return (found.elements ?? []).flatMap(({ key }) =>
    key?.value === undefined ? [] : [Buffer.from(key.value)],
  );
}

/** Empties a set. */
export function flushElements({ table: inTable, name }: AddressSet): Message {
  return message(typeOf(14), elements, { ...inet, attributes: { table: inTable, set: name } });
}

/** One step of a rule: its name and its operands. */
export interface Expression {
  readonly name: string;
  /** Its attributes, encoded. */
  readonly operands: Buffer;
}

const expression: Attribute<Partial<Expression>> = [
  1 | nested,
  attributes<{ name: string; operands: Buffer }>({ name: [1, cString], operands: [2 | nested, restOfBytes] }),
];

interface RuleAttributes {
  table: string;
  chain: string;
  expressions: readonly Partial<Expression>[];
}
const rule = nfMessage(
  attributes<RuleAttributes>({
    table: [1, cString],
    chain: [2, cString],
    expressions: [4 | nested, attributeList(expression)],
  }),
);

/** Adds a rule to the end of a chain. */
export function addRule(inTable: string, inChain: string, expressions: readonly Expression[]): Message {
  const added = { table: inTable, chain: inChain, expressions };
  return message(typeOf(6), rule, { ...inet, attributes: added }, NLM_F_CREATE | NLM_F_APPEND);
}

/** Asks for all rules of a chain, in a dump. The table is of the family inet, unless `family` says otherwise. */
export function getRules(inTable: string, inChain: string, family: number = inet.family): Message {
  return message(typeOf(7), rule, { ...inet, family, attributes: { table: inTable, chain: inChain } });
}

/** Empties a chain. */
export function flushRules(inTable: string, inChain: string): Message {
  return message(typeOf(8), rule, { ...inet, attributes: { table: inTable, chain: inChain } });
}

/** A transaction: nothing of it happens unless all of it does. */
export function transaction(messages: readonly Message[]): Message[] {
  const around = { family: 0, version: 0, resource: NFNL_SUBSYS_NFTABLES };
  return [
    message(NFNL_MSG_BATCH_BEGIN, frame, around),
    ...messages,
    message(NFNL_MSG_BATCH_END, frame, around),
  ];
}

const frame = struct({ family: u8, version: u8, resource: u16be });
const NFNL_MSG_BATCH_BEGIN = 0x10;
const NFNL_MSG_BATCH_END = 0x11;
