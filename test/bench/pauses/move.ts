import { setTimeout as delay } from 'node:timers/promises';
import { nameOf } from './cells.ts';
import type { Client } from './client.ts';
import { pauseOf, type Times } from './pause-of.ts';
import type { Stage } from './stage.ts';

/** What a move took. Times in milliseconds. */
export interface Move {
  /** How long no node had the address. */
  readonly awayMs: number;
  /** The packets of all connections that were there before the address left, until `countedMs` after it came. */
  readonly packets: number;
  /** The pause of each cell; undefined where there was no answer in `patienceMs`. */
  readonly pauses: Readonly<Record<string, number | undefined>>;
}

/** How long clients wait for an answer, at most; a pause longer than this is not told from another, in milliseconds. */
export const patienceMs = 20_000;

/** What ctdbd waits until it tells the other nodes of connections, TickleUpdateInterval of the test clusters, and some more. */
const toldMs = 1200;

/** How old the connection of a fresh client is when its address leaves, in milliseconds. */
const freshMs = 100;

/** How long after the move idle clients ask, in milliseconds. */
const idleMs = 1000;

/** How long the packets of old connections are counted, in milliseconds. */
const countedMs = 2000;

/** Moves an address to the other node by `ctdb disable` of the one that has it, and measures what its clients feel. */
export async function moveAddress(
  { cluster, clients, gate, late, log, packets }: Stage,
  ip: string,
): Promise<Move> {
  const holder = cluster.holderOf(ip);
  const fresh = clients.filter(({ cell }) => cell.manner === 'fresh');
  late.delay();
  await Promise.all(clients.filter((client) => !fresh.includes(client)).map((client) => client.connect(ip)));
  // What follows a takeover run cancels it.
  await cluster.waitUntil(
    'the node is monitored',
    () => holder.attemptCtdb('event', 'run', '30', 'legacy', 'monitor'),
    ({ code }) => code === 0,
  );
  await delay(toldMs);

  gate.arm(ip, true);
  const beganMs = Date.now();
  const disabled = holder.machine.attempt('ctdb', 'disable');
  await gate.reached();
  await Promise.all(fresh.map((client) => client.connect(ip)));
  await packets.choose();
  await delay(freshMs);
  const releasedMs = Date.now();
  await gate.open();
  const left = await log.next({ ip, isThere: false }, beganMs);
  late.bring();
  await packets.reset();
  const came = await log.next({ ip, isThere: true }, left.atMs);

  await delay(came.atMs + idleMs - Date.now());
  const askedMs = Date.now();
  for (const client of clients) if (client.cell.manner === 'idle') client.ask();
  await delay(came.atMs + countedMs - Date.now());
  const counted = await packets.counted();
  const times = { beganMs, releasedMs, askedMs };
  const pauses = await Promise.all(clients.map((client) => pauseFelt(client, times, came.atMs)));
  for (const client of clients) client.leave();
  late.finish();
  await disabled;
  await holder.enable();
  return {
    awayMs: came.atMs - left.atMs,
    packets: counted,
    pauses: Object.fromEntries(pauses),
  };
}

/** The name of the client's cell, and its pause. */
async function pauseFelt(
  client: Client,
  times: Times,
  cameMs: number,
): Promise<readonly [string, number | undefined]> {
  const { cell } = client;
  const isStream = cell.manner === 'read' || cell.manner === 'write';
  const answers = await client.answers(isStream ? cameMs : 0, patienceMs);
  return [nameOf(cell), answers && pauseOf(cell.manner, answers, times)];
}
