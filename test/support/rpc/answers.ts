/** What servers and rpcbinds answer that are honest, odd, broken or lying: one row each. */
import { accepted, fragment, opaque, record, words } from './wire.ts';

/** A call, as far as an answer depends on it. */
export interface Asked {
  readonly xid: number;
  readonly version: number;
}

/** Messages over either transport, or what goes over a TCP connection as it is; its end, or a reset. */
export type Answer =
  { readonly messages: readonly Buffer[] } | { readonly stream: readonly (Buffer | 'end' | 'reset')[] };

/** A row: what is asked for, and what comes. */
export interface Row {
  readonly name: string;
  /** The version asked for, 3 if it does not matter; 'any' asks for none. */
  readonly version?: number | 'any';
  readonly server: (asked: Asked) => Answer;
  /** Without it, rpcbind says the truth. */
  readonly rpcbind?: (asked: Asked & { readonly transport: string }) => Answer;
}

const say = (...messages: readonly Buffer[]): Answer => ({ messages });
const stream = (...pieces: readonly (Buffer | 'end' | 'reset')[]): Answer => ({ stream: pieces });
const good = ({ xid }: Asked): Answer => say(accepted(xid, 0));
const row = (name: string, server: Row['server'], version?: Row['version']): Row => ({
  name,
  server,
  ...(version === undefined ? {} : { version }),
});
const many = <T>(values: readonly T[], make: (value: T) => Row): readonly Row[] => values.map(make);

/** An accepted reply with a verifier of this length, and so many bytes of it. */
const verified = (xid: number, length: number, there = length): Buffer =>
  Buffer.concat([words(xid, 1, 0, 1, length), Buffer.alloc(there + (-there & 3), 7), words(0)]);

const replies: readonly Row[] = [
  row('a success', good),
  row('a success with results', ({ xid }) => say(accepted(xid, 0, 1, 2, 3))),
  row('results of 8000 bytes', ({ xid }) => say(Buffer.concat([accepted(xid, 0), Buffer.alloc(8000)]))),
  ...many([4, 5, 400, 401, 404, 0xffff_ffff], (length) =>
    row(`a verifier of ${length} bytes`, ({ xid }) => say(verified(xid, length, Math.min(length, 500)))),
  ),
  row('a verifier that is cut short', ({ xid }) => say(verified(xid, 40, 8).subarray(0, 24))),
  ...many([0, 2, 4, 8, 12, 16, 20, 22], (length) =>
    row(`a reply cut after ${length} bytes`, ({ xid }) => say(accepted(xid, 0).subarray(0, length))),
  ),
  ...many([0, 2, 0xffff_ffff], (kind) =>
    row(`a message of kind ${kind} for a reply`, ({ xid }) => say(words(xid, kind, 0, 0, 0, 0))),
  ),
  ...many([2, 0xffff_ffff], (state) =>
    row(`neither accepted nor denied but ${state}`, ({ xid }) => say(words(xid, 1, state, 0, 0, 0))),
  ),
  ...many([1, 2, 3, 4, 5, 6, 7, 100, 0xffff_ffff], (status) =>
    row(`accepted with status ${status}`, ({ xid }) => say(accepted(xid, status, 3, 4))),
  ),
  ...many([[], [3]], (range) =>
    row(`a version mismatch with ${range.length} of 2 numbers`, ({ xid }) => say(accepted(xid, 2, ...range))),
  ),
  row('a version mismatch that has the version', ({ xid }) => say(accepted(xid, 2, 3, 3))),
  row('versions up to the last', ({ xid }) => say(accepted(xid, 2, 0xffff_fffe, 0xffff_ffff))),
  ...many([0, 1, 2, 3, 4, 5, 6, 7, 8, 13, 14, 99, 0xffff_ffff], (why) =>
    row(`denied because of ${why}`, ({ xid }) => say(words(xid, 1, 1, 1, why))),
  ),
  row('denied, versions of RPC', ({ xid }) => say(words(xid, 1, 1, 0, 3, 4))),
  row('denied, versions of RPC cut short', ({ xid }) => say(words(xid, 1, 1, 0, 3))),
  row('denied without a reason', ({ xid }) => say(words(xid, 1, 1, 1))),
  row('denied in a way that there is not', ({ xid }) => say(words(xid, 1, 1, 2, 3, 4))),
  row('a reply to somebody else', ({ xid }) => say(accepted(xid + 1, 0))),
  row('a reply to somebody else, then ours', ({ xid }) => say(accepted(xid + 1, 1), accepted(xid, 0))),
  row('nonsense to somebody else, then ours', ({ xid }) => say(words(xid + 1, 7, 7), accepted(xid, 0))),
  row('the call itself, then a reply', ({ xid }) => say(words(xid, 0, 2, 100_003, 3, 0), accepted(xid, 0))),
  row('a reply cut short, then whole', ({ xid }) => say(accepted(xid).subarray(0, 12), accepted(xid, 0))),
  row('a refusal, then a success', ({ xid }) => say(accepted(xid, 1), accepted(xid, 0))),
  row('a success, then a refusal', ({ xid }) => say(accepted(xid, 0), accepted(xid, 1))),
  row('no answer', () => say()),
];

const mismatch = (low: number, high: number) => (xid: number) => say(accepted(xid, 2, low, high));

const versions: readonly Row[] = [
  row(
    'versions 3 and 4',
    (a) => (a.version === 3 || a.version === 4 ? good(a) : mismatch(3, 4)(a.xid)),
    'any',
  ),
  row('version 4 of 3 and 4', (a) => (a.version === 4 ? good(a) : mismatch(3, 4)(a.xid)), 'any'),
  row(
    'version 3 of 3 and 4, which hangs',
    (a) => (a.version === 3 ? good(a) : a.version === 4 ? say() : mismatch(3, 4)(a.xid)),
    'any',
  ),
  row('versions from 4 to 3', ({ xid }) => mismatch(4, 3)(xid), 'any'),
  row('version 0, and 2 to 3', (a) => (a.version <= 3 ? good(a) : mismatch(2, 3)(a.xid)), 'any'),
  row('version 0, and then a refusal', (a) => (a.version === 0 ? good(a) : say(accepted(a.xid, 1))), 'any'),
  row('no such program', ({ xid }) => say(accepted(xid, 1)), 'any'),
  row('an error', ({ xid }) => say(accepted(xid, 5)), 'any'),
  row('an end of the list that is missing', ({ xid }) => say(accepted(xid, 2, 3)), 'any'),
  row('no answer to any', () => say(), 'any'),
];

/** What only a stream of records can be. */
const streams: readonly Row[] = [
  row('results of 100 kB', ({ xid }) =>
    stream(record(Buffer.concat([accepted(xid, 0), Buffer.alloc(100_000)]))),
  ),
  row('results of 2 MB', ({ xid }) =>
    stream(record(Buffer.concat([accepted(xid, 0), Buffer.alloc(2_000_000)]))),
  ),
  ...many([1, 3, 4], (size) =>
    row(`fragments of ${size} bytes`, ({ xid }) => stream(inFragments(accepted(xid, 0), size))),
  ),
  ...many([64, 65, 1000], (count) =>
    row(`${count} fragments of 4 bytes`, ({ xid }) =>
      stream(inFragments(accepted(xid, 0, ...Array<number>(count - 6).fill(0)), 4)),
    ),
  ),
  row('an empty first fragment', ({ xid }) => stream(words(0), record(accepted(xid, 0)))),
  row('two empty fragments', ({ xid }) => stream(words(0, 0), record(accepted(xid, 0)))),
  row('an empty fragment after 8 bytes', ({ xid }) =>
    stream(fragment(accepted(xid, 0).subarray(0, 8), false), words(0), record(accepted(xid, 0).subarray(8))),
  ),
  row('an empty last fragment', ({ xid }) => stream(fragment(accepted(xid, 0), false), words(0x8000_0000))),
  row('an empty record, then a reply', ({ xid }) => stream(words(0x8000_0000), record(accepted(xid, 0)))),
  row('an empty first fragment, then another reply', ({ xid }) =>
    stream(words(0), record(accepted(xid, 0)), record(accepted(xid, 0))),
  ),
  row('a last fragment that never comes', ({ xid }) => stream(fragment(accepted(xid, 0), false))),
  row('a fragment that is never full', ({ xid }) => stream(words(0xffff_ffff), accepted(xid, 0))),
  row('a fragment that ends in the middle of a reply', ({ xid }) =>
    stream(words(0x8000_0018), accepted(xid)),
  ),
  row('a reply cut short, then one in its fragments', ({ xid }) =>
    stream(record(accepted(xid)), inFragments(accepted(xid, 0), 4)),
  ),
  row('half of a header', () => stream(Buffer.of(0x80, 0))),
  row('an end', () => stream('end')),
  row('a reset', () => stream('reset')),
  row('half of a header, and an end', () => stream(Buffer.of(0x80, 0), 'end')),
  row('half of a reply, and an end', ({ xid }) =>
    stream(words(0x8000_0018), accepted(xid).subarray(0, 8), 'end'),
  ),
  row('a reply cut short, and an end', ({ xid }) => stream(record(accepted(xid)), 'end')),
  row('a reply, and an end', ({ xid }) => stream(record(accepted(xid, 0)), 'end')),
  row('a refusal, and an end', ({ xid }) => stream(record(accepted(xid, 1)), 'end')),
  row('a reply to somebody else, and an end', ({ xid }) => stream(record(accepted(xid + 1, 0)), 'end')),
  row(
    'an end after the first of two versions',
    (a) => (a.version === 3 ? stream(record(accepted(a.xid, 0)), 'end') : mismatch(3, 4)(a.xid)),
    'any',
  ),
];

function inFragments(bytes: Buffer, size: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size)
    pieces.push(fragment(bytes.subarray(at, at + size), at + size >= bytes.length));
  return Buffer.concat(pieces);
}

/** Where the server really is, as a universal address. */
const truth = (transport: string): string => `${transport.endsWith('6') ? '::1' : '127.0.0.1'}.11.184`;

/** Says the truth to those versions, and something else to the others. */
const unless =
  (versionsWithTruth: readonly number[], otherwise: (asked: Asked) => Answer): NonNullable<Row['rpcbind']> =>
  (asked) =>
    versionsWithTruth.includes(asked.version) ? honest(asked) : otherwise(asked);

/** What an honest rpcbind says of a program that is there. */
export function honest({ xid, version, transport }: Asked & { readonly transport: string }): Answer {
  if (version === 2) return say(accepted(xid, 0, 3000));
  return say(Buffer.concat([accepted(xid, 0), opaque(truth(transport))]));
}

const bound = (name: string, rpcbind: NonNullable<Row['rpcbind']>): Row => ({
  name: `rpcbind: ${name}`,
  server: good,
  rpcbind,
});

const refusing = (name: string, refuse: (xid: number) => Buffer): readonly Row[] => [
  bound(`${name}, to all`, ({ xid }) => say(refuse(xid))),
  bound(
    `${name}, to version 4`,
    unless([3, 2], ({ xid }) => say(refuse(xid))),
  ),
  bound(
    `${name}, to versions 4 and 3`,
    unless([2], ({ xid }) => say(refuse(xid))),
  ),
];

const addressed = (address: (transport: string) => string, name = `address ${address('tcp')}`): Row =>
  bound(name, ({ xid, version, transport }) =>
    version === 2
      ? honest({ xid, version, transport })
      : say(Buffer.concat([accepted(xid, 0), opaque(address(transport))])),
  );

const lookUps: readonly Row[] = [
  ...[1, 2, 3, 4, 5, 6].flatMap((status) =>
    refusing(`status ${status}`, (xid) => accepted(xid, status, 2, 2)),
  ),
  ...refusing('versions 2 to 3', (xid) => accepted(xid, 2, 2, 3)),
  ...refusing('versions 5 to 6', (xid) => accepted(xid, 2, 5, 6)),
  ...refusing('denied', (xid) => words(xid, 1, 1, 1, 5)),
  ...refusing('denied, versions of RPC', (xid) => words(xid, 1, 1, 0, 3, 4)),
  bound(
    'no answer to version 4',
    unless([3, 2], () => say()),
  ),
  bound('no answer', () => say()),
  ...many([5, 6], (status) =>
    bound(`status ${status} to version 2 only`, ({ xid, version }) =>
      say(accepted(xid, version === 2 ? status : 1)),
    ),
  ),
  bound('denied to version 2 only', ({ xid, version }) =>
    say(version === 2 ? words(xid, 1, 1, 1, 5) : accepted(xid, 1)),
  ),
  bound('the call itself', ({ xid }) => say(words(xid, 0, 0, 0, 0, 0))),
  bound('a reply to somebody else first', (asked) => {
    const answer = honest(asked);
    return 'messages' in answer ? say(accepted(asked.xid + 1, 1), ...answer.messages) : answer;
  }),
  bound('no results', ({ xid }) => say(accepted(xid, 0))),
  bound('an address cut short', ({ xid }) =>
    say(Buffer.concat([accepted(xid, 0), words(20), Buffer.from('127.')])),
  ),
  bound('an address of 2 GB', ({ xid }) => say(accepted(xid, 0, 0x7fff_ffff))),
  bound('port 70000 of version 2', ({ xid, version }) =>
    say(version === 2 ? accepted(xid, 0, 70_000) : accepted(xid, 2, 2, 2)),
  ),
  bound('port 0 of version 2', ({ xid, version }) =>
    say(version === 2 ? accepted(xid, 0, 0) : accepted(xid, 2, 2, 2)),
  ),
  bound('no port of version 2', ({ xid, version }) =>
    say(version === 2 ? accepted(xid, 0) : accepted(xid, 2, 2, 2)),
  ),
  addressed(() => '', 'an empty address'),
  addressed(() => '127.0.0.1.11.184'),
  addressed(() => '127.0.0.2.11.184'),
  addressed(() => '0.0.0.0.11.184'),
  addressed(() => '::1.11.184'),
  addressed(() => '::.11.184'),
  addressed(() => '::ffff:127.0.0.1.11.184'),
  addressed(() => '::ffff:0.0.0.0.11.184'),
  addressed((transport) => (transport.endsWith('6') ? '::1.0.0' : '127.0.0.1.0.0'), 'port 0'),
  addressed((transport) => truth(transport).replace('.11.', '.1.'), 'a port where nobody is'),
  addressed((transport) => truth(transport).replace('.11.', '.011.'), 'a port with a zero'),
  addressed((transport) => truth(transport).replace('.11.', '.267.'), 'a port above 65535'),
  addressed((transport) => `${truth(transport)} `, 'a blank at the end'),
  addressed((transport) => `${truth(transport)}x`, 'a letter at the end'),
  addressed((transport) => `${truth(transport)}\0x`, 'a NUL'),
  addressed((transport) => truth(transport).replace('.184', ''), 'half of a port'),
  addressed((transport) => truth(transport).replace('.11.184', ''), 'no port'),
  addressed(() => '.11.184', 'no address before the port'),
  addressed(() => 'localhost.11.184', 'a name'),
  addressed(() => 'nonsense', 'nonsense'),
  addressed((transport) => truth(transport).padStart(300, ' '), 'an address of 300 bytes'),
  addressed(() => 'x'.repeat(2000), 'an address of 2000 bytes'),
  addressed((transport) => `${truth(transport)}\0`.padEnd(8000), 'an address in 8000 bytes'),
];

/** All rows that rpcinfo comes to an end with. What is a stream is asked over TCP only. */
export const rows: readonly Row[] = [...replies, ...versions, ...lookUps, ...streams];

/** Which rows are streams. */
export const isStream = (each: Row): boolean => streams.includes(each);

/** A program that takes any number for its version, and one that claims to have four billion. */
export const anyVersion = row('any version', good, 'any');
export const allVersions = row('all versions', ({ xid }) => mismatch(1, 0xffff_ffff)(xid), 'any');
/** A program whose rpcbind never answers. */
export const unbound = bound('never an answer', () => say());

const all: readonly Row[] = [...rows, anyVersion, allVersions, unbound];

/** The number of the program that answers as the row says, and the row of a program. */
export const programOf = (each: Row): number => firstProgram + all.indexOf(each);
export const rowOf = (program: number): Row | undefined => all[program - firstProgram];
const firstProgram = 400_000;
