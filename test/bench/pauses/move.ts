import { setTimeout as delay } from 'node:timers/promises';
import { isArrivalAfter } from './address-log.ts';
import { nameOf } from './cells.ts';
import type { Client } from './client.ts';
import { pauseOf, type Times } from './pause-of.ts';
import type { Scene, Situation } from './situations.ts';
import type { Stage } from './stage.ts';

/** What a move took. Times in milliseconds. */
export interface Move {
  /** The numbers of the node that had the address, and of the one that has it. */
  readonly from: number;
  readonly to: number;
  /** How long no node had the address. */
  readonly awayMs: number;
  /** How many connections there were before the address left. */
  readonly connections: number;
  /** Their packets from then until `countedMs` after it came. */
  readonly packets: number;
  /** The pause of each cell; null where there was no answer in `patienceMs`. */
  readonly pauses: Readonly<Record<string, number | null>>;
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

/** Moves an address, and measures what its clients feel. */
export async function moveAddress(stage: Stage, situation: Situation, ip: string): Promise<Move> {
  const { cluster, clients, gate, late, log, packets } = stage;
  await stage.settle();
  const holder = cluster.holderOf(ip);
  const other = cluster.node(1 - holder.pnn);
  const scene: Scene = { cluster, ip, holder, other };
  await using _prepared = await situation.prepare?.(scene);
  const fresh = clients.filter(({ cell }) => cell.manner === 'fresh');
  late.delay(holder.machine);
  await Promise.all(clients.filter((client) => !fresh.includes(client)).map((client) => client.connect(ip)));
  await makeKnown(scene);

  gate.arm(ip, fresh.length > 0);
  const beganMs = Date.now();
  const begun = situation.begin(scene);
  let releasedMs = await gate.reached();
  await Promise.all(fresh.map((client) => client.connect(ip)));
  const connections = await packets.choose();
  if (fresh.length > 0) {
    await delay(freshMs);
    releasedMs = Date.now();
    await gate.open();
  }
  const left = await log.next((change) => change.ip === ip && !change.isThere && change.atMs >= beganMs);
  late.bring();
  await packets.reset();
  await situation.left?.(scene);
  const came = await log.next((change) => isArrivalAfter(left, change));

  await delay(Math.max(0, came.atMs + idleMs - Date.now()));
  const askedMs = Date.now();
  for (const client of clients) if (client.cell.manner === 'idle') client.ask();
  await delay(Math.max(0, came.atMs + countedMs - Date.now()));
  const counted = await packets.counted();
  const times = { beganMs, releasedMs, askedMs };
  const pauses = await Promise.all(clients.map((client) => pauseFelt(client, times, came.atMs)));
  for (const client of clients) client.leave();
  late.finish();
  await begun;
  await situation.finish(scene);
  return {
    from: holder.pnn,
    to: came.pnn,
    awayMs: Math.max(0, came.atMs - left.atMs),
    connections,
    packets: counted,
    pauses: Object.fromEntries(pauses),
  };
}

/** Has both nodes know of the connections, as they do some time after these were made. */
async function makeKnown({ cluster, holder }: Scene): Promise<void> {
  // What follows a takeover run cancels it.
  await cluster.waitUntil(
    'the node is monitored',
    () => holder.attemptCtdb('event', 'run', '30', 'legacy', 'monitor'),
    ({ code }) => code === 0,
  );
  await delay(toldMs);
}

/** The name of the client's cell, and its pause. */
async function pauseFelt(
  client: Client,
  times: Times,
  cameMs: number,
): Promise<readonly [string, number | null]> {
  const { cell } = client;
  const isStream = cell.manner === 'read' || cell.manner === 'write';
  const answers = await client.answers(isStream ? cameMs : 0, patienceMs);
  return [nameOf(cell), (answers && pauseOf(cell.manner, answers, times)) ?? null];
}
