import { format } from 'prettier';
import { median } from '../statistics.ts';
import { nameOf, type Cell } from './cells.ts';
import type { Moves } from './measurements.ts';
import { patienceMs, type Move } from './move.ts';
import { paceMs, pieceBytes } from './served.ts';
import type { Versions } from './versions.ts';

/** What ours is compared with: both nodes run CTDB's own event daemon and scripts. */
const theirs = 'stock';

/** Pauses that are shorter than this are not compared, in milliseconds: no user feels them, and a busy processor makes them. */
const feltMs = 100;

/** More packets than these, of each connection, are a storm: one that ends as it should has a few. */
const stormPackets = 100;

/** The first column of the tables. */
export const alikeHeading = '| A client that';
export const releaseHeading = '| A client of nodes of another release that';
export const mixedHeading = '| A client, while the nodes differ';
export const situationsHeading = '| Situation and client';

/** How long clients wait in clusters whose nodes are alike, as Markdown. */
export function alikeReport(cells: readonly Cell[], moves: Moves, versions: Versions): Promise<string> {
  return asMarkdown(
    `How long a client waits when its address moves, in seconds: median and worst of ${countOf(moves)} moves each, in clusters of
    two nodes of Debian’s ctdbd, smbd (\`clustering = yes\`) and nfs-ganesha (${versions.servers}; clients: ${versions.clients}).
    \`ctdb disable\` of the node that has the address moves
    it. All clients of a column work at the same time: libnfs, libsmbclient, and Node for HTTP and TCP. A stream is a piece of
    ${pieceBytes / 1024} KiB every ${paceMs} ms, and its pause the longest time between two pieces; over plain TCP the server sends it by
    itself. An idle client asks again a second after the move. One that waits has asked for what the server does not answer in
    time, and then asks again on a new connection; it waits from when the address begins to be released until that is
    answered. Clients connect again at once when they are told that their connection is gone, and never before. NFSv4 has no grace
    period here: with one, its clients wait for that too, whoever moves the address. Connections are known to CTDB as soon
    as it can know them (a \`monitor\` before each move, TickleUpdateInterval 1): it is CTDB’s best case. ${patience}`,
    tableOf(alikeHeading, alikeRows(cells, moves), moves),
    `The connections from before had ${packetsIn([moves])}.`,
  );
}

/** How long the same clients wait where the nodes are of another release of Debian. */
export function releaseReport(cells: readonly Cell[], moves: Moves, versions: Versions): Promise<string> {
  return asMarkdown(
    `The same with nodes of Debian ${versions.suite} (${versions.servers}), and the same clients (${versions.clients}); ${countOf(moves)}
    moves each.`,
    tableOf(releaseHeading, alikeRows(cells, moves), moves),
    `The connections from before had ${packetsIn([moves])}.`,
  );
}

function alikeRows(cells: readonly Cell[], moves: Moves): readonly Row[] {
  return [
    ...cells.map((cell) => ({ what: described(cell), pauses: pausesOf(cell, moves) })),
    { what: 'no node has the address', pauses: eachOf(moves, ({ awayMs }) => awayMs) },
  ];
}

/** How long they wait while one node is CTDB's own. */
export function mixedReport(cells: readonly Cell[], moves: Moves): Promise<string> {
  const rows = cells.map((cell) => ({ what: described(cell), pauses: pausesOf(cell, moves) }));
  return asMarkdown(
    `The same while one node runs ctdb-hook and the other one CTDB’s own event daemon and scripts, by where the address moves from
    and to; ${countOf(moves)} moves each.`,
    tableOf(mixedHeading, rows, moves, []),
  );
}

/** How long they wait in other situations. */
export function situationsReport(
  cells: readonly Cell[],
  measured: ReadonlyMap<string, Moves>,
): Promise<string> {
  const [first] = measured.values();
  const all = first ?? new Map<string, readonly Move[]>();
  const rows = [...measured].flatMap(([name, moves]) => [
    ...cells.map((cell) => ({ what: `${name}: ${described(cell)}`, pauses: pausesOf(cell, moves) })),
    { what: `${name}: no node has the address`, pauses: eachOf(moves, ({ awayMs }) => awayMs) },
  ]);
  return asMarkdown(
    `The same in other situations, with fewer clients; ${countsIn(measured.values())} moves each. On a busy machine four processes compute beside all
    else. Where the address goes to nobody for a second, or straight back to its node, the other node is disabled. The
    connections from before had ${packetsIn(measured.values())}.`,
    tableOf(situationsHeading, rows, all),
  );
}

/** What a row is about, and the pauses of each way in milliseconds; Infinity where there was no answer. */
interface Row {
  readonly what: string;
  readonly pauses: ReadonlyMap<string, readonly number[]>;
}

const patience = `Where there was no answer in ${patienceMs / 1000} seconds that is said; the client was not told that its connection is gone.`;

const doing = {
  read: 'reads a stream',
  write: 'writes a stream',
  idle: 'is idle',
  waiting: 'waits for an answer',
  fresh: 'waits, connected 100 ms before',
} as const;

/** What a row of a cell is called. */
export const described = ({ protocol, manner }: Cell): string => `${protocol}: ${doing[manner]}`;

const pausesOf = (cell: Cell, moves: Moves): Row['pauses'] =>
  eachOf(moves, ({ pauses }) => pauses[nameOf(cell)] ?? Infinity);

const eachOf = (moves: Moves, value: (move: Move) => number): Row['pauses'] =>
  new Map([...moves].map(([way, done]) => [way, done.map(value)]));

const countOf = (moves: Moves): number => Math.min(...[...moves.values()].map(({ length }) => length));

/** How many moves situations have of each way: `10`, or `3 to 10`. */
function countsIn(measured: Iterable<Moves>): string {
  const counts = [...measured].flatMap((moves) => [...moves.values()].map(({ length }) => length));
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? `${least}` : `${least} to ${most}`;
}

/** The most packets that the old connections of a move had, by their number. */
function packetsIn(measured: Iterable<Moves>): string {
  const moves = [...measured].flatMap((each) => [...each.values()].flat());
  const each = Math.max(0, ...moves.map(({ packets, connections }) => packets / Math.max(1, connections)));
  const storms = moves.filter(({ packets, connections }) => packets > stormPackets * connections).length;
  return `at most ${Math.ceil(each)} packets each, on the average of a move, from when the address left until two seconds after it
    came; ${storms || 'none'} of ${moves.length} moves had an ACK storm`;
}

/** Of each way the pauses, and the ratios of those that are compared. */
function tableOf(
  heading: string,
  rows: readonly Row[],
  moves: Moves,
  compared = [...moves.keys()].filter((way) => way !== theirs && moves.has(theirs)),
): string {
  const ways = [...moves.keys()];
  const head = [heading, ...ways, ...compared.map((way) => `${way} : ${theirs}`)].join(' | ');
  const rule = ['| ---', ...[...ways, ...compared].map(() => '---:')].join(' | ');
  const lines = rows.map(({ what, pauses }) => {
    const times = ways.map((way) => inSeconds(pauses.get(way) ?? []));
    const ratios = compared.map((way) => ratio(pauses.get(way) ?? [], pauses.get(theirs) ?? []));
    return `| ${[what, ...times, ...ratios].join(' | ')} |`;
  });
  return [`${head} |`, `${rule} |`, ...lines].join('\n');
}

/** Median and worst: `0.41 (1.02)`. */
function inSeconds(timesMs: readonly number[]): string {
  return timesMs.length === 0 ? '' : `${seconds(median(timesMs))} (${seconds(Math.max(...timesMs))})`;
}

const seconds = (ms: number): string =>
  Number.isFinite(ms) ? (ms / 1000).toFixed(2) : `not in ${patienceMs / 1000}`;

function ratio(timesMs: readonly number[], others: readonly number[]): string {
  if (timesMs.length === 0 || others.length === 0) return '';
  const [ours, stock] = [median(timesMs), median(others)];
  if (ours < feltMs && stock < feltMs) return '–';
  // Who was never answered waited for at least as long as was waited for that.
  return (Math.min(ours, patienceMs) / Math.min(stock, patienceMs)).toFixed(2);
}

function asMarkdown(text: string, table: string, ...more: readonly string[]): Promise<string> {
  const parts = [text.replaceAll(/\s+/g, ' '), table, ...more.map((each) => each.replaceAll(/\s+/g, ' '))];
  return format(parts.join('\n\n'), { parser: 'markdown', proseWrap: 'always', printWidth: 120 });
}
