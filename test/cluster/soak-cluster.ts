import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import type { ClusterNode } from './node.ts';
import { Watch } from './watch.ts';

/** How a cluster is soaked. */
export interface SoakPlan {
  /** What is done follows from this number; when it hits what is up to the machine. */
  readonly seed: number;
  readonly timeMs: number;
  /** Gets a line for each thing that is done. */
  readonly tell: (line: string) => void;
}

/** What came of it. */
export interface SoakResult {
  /** What must never be and was; empty if all was well. */
  readonly faults: readonly string[];
  /** How many things were done, by their names. */
  readonly done: Readonly<Record<string, number>>;
  /** The sum of them. */
  readonly deeds: number;
  /** When an address was on no node for long; see `settleMs`. */
  readonly gaps: readonly string[];
  /** The longest time for which an address was on no node, in milliseconds. */
  readonly longestUnservedMs: number;
}

/** Between two deeds, in milliseconds. */
const pauseMs = { min: 50, max: 700 } as const;

/** A failed takeover run that is counted against a node costs it this much, in seconds; 300 by default. */
const banPeriodS = 2;

/** How long a process to be killed is looked for, and how often, in milliseconds: there is a monitor every second. */
const findMs = 1_500;
const findPollMs = 5;

/**
 * How long a cluster may take to come to rest, in milliseconds. A leader that is stopped in the middle of a takeover run
 * leaves takeover runs disabled on the others for 60 s, whichever event daemon they have: seen on 4.17 with its own.
 */
const settleMs = 120_000;

/** What scripts are, in their command lines. */
const scriptProgram = /events\/legacy\/.*\.script/;
const hostProgram = /dist\/host\.js/;

/**
 * Does random things to a cluster with monitor every second, watches it all the while, and waits in the end until it is
 * well: every node OK, each address on exactly one.
 */
export async function soak(cluster: Cluster, { seed, timeMs, tell }: SoakPlan): Promise<SoakResult> {
  const random = randomNumbers(seed);
  const done: Record<string, number> = {};
  for (const node of cluster.nodes) await prepare(node);
  using watch = new Watch(cluster);
  const deadline = performance.now() + timeMs;
  while (performance.now() < deadline && watch.faults.length === 0) {
    const node = cluster.node(Math.floor(random() * cluster.nodes.length));
    const deed = pick(random);
    const isDone = await deeds[deed](node, cluster);
    tell(`${new Date().toISOString()} node ${node.pnn}: ${deed}${isDone ? '' : ' (not now)'}`);
    if (isDone) done[deed] = (done[deed] ?? 0) + 1;
    await delay(pauseMs.min + random() * (pauseMs.max - pauseMs.min));
  }
  const { longestUnservedMs } = watch;
  // After a fault there is nothing to wait for, and what the nodes have logged is wanted.
  if (watch.faults.length === 0) await settle(cluster);
  const sum = Object.values(done).reduce((all, count) => all + count, 0);
  return { faults: watch.faults, gaps: watch.gaps, done, deeds: sum, longestUnservedMs };
}

/** Scripts that take a while are there to be killed. */
async function prepare(node: ClusterNode): Promise<void> {
  await node.install('68.slow.script', '#!/bin/sh\nsleep 0.3\n');
  await node.setTunable('MonitorInterval', 1);
  await node.setTunable('RecoveryBanPeriod', banPeriodS);
}

/** `ctdb enable` waits for a takeover run, and may give up where the cluster does not. */
async function settle(cluster: Cluster): Promise<void> {
  for (const node of cluster.nodes) {
    if (!node.isStarted) await node.start();
    else await node.attemptCtdb('enable');
  }
  await cluster.waitUntil(
    'every node is OK',
    () => cluster.states(),
    (states) => states.length === cluster.nodes.length && states.every((state) => state === 'OK'),
    settleMs,
  );
  await cluster.waitUntilServedBy(cluster.nodes, settleMs);
}

/** Does something to a node; answers whether it could be done as things are. */
type Deed = (node: ClusterNode, cluster: Cluster) => Promise<boolean>;

const deeds = {
  disable: (node) => command(node, 'disable'),
  enable: (node) => command(node, 'enable'),
  'kill a script': (node) => kill(node, scriptProgram, true),
  'kill a plugin host': (node) => kill(node, hostProgram, true),
  'kill all plugin hosts': (node) => kill(node, hostProgram, false),
  'stop and start': restart,
} as const satisfies Record<string, Deed>;

/** How often each is done, compared with the others. */
const weights: Readonly<Record<keyof typeof deeds, number>> = {
  disable: 3,
  enable: 4,
  'kill a script': 6,
  'kill a plugin host': 4,
  'kill all plugin hosts': 2,
  'stop and start': 2,
};

async function command(node: ClusterNode, name: string): Promise<boolean> {
  return node.isStarted && (await node.attemptCtdb(name)).code === 0;
}

/** At its start ctdbd ends when an event fails, so a node that is not running yet is left alone. */
async function kill(node: ClusterNode, program: RegExp, isOne: boolean): Promise<boolean> {
  if (!node.isStarted || !(await isRunning(node))) return false;
  const pids = await found(node, program);
  await node.killAtOnce(isOne ? pids.slice(-1) : pids);
  return pids.length > 0;
}

/** The processes of a program; most scripts run for an instant, so they are waited for. */
async function found(node: ClusterNode, program: RegExp): Promise<readonly string[]> {
  const deadline = performance.now() + findMs;
  for (;;) {
    const pids = node.machine.pidsOf(program);
    if (pids.length > 0 || performance.now() > deadline) return pids;
    await delay(findPollMs);
  }
}

async function isRunning(node: ClusterNode): Promise<boolean> {
  return (await node.attemptCtdb('runstate', 'running')).code === 0;
}

/** One node at a time: with two of three away there is nothing to see. */
async function restart(node: ClusterNode, cluster: Cluster): Promise<boolean> {
  for (const each of cluster.nodes) if (!each.isStarted || !(await isRunning(each))) return false;
  await node.stop();
  await node.start();
  return true;
}

function pick(random: () => number): keyof typeof deeds {
  const names = Object.keys(deeds) as (keyof typeof deeds)[];
  let left = random() * names.reduce((sum, name) => sum + weights[name], 0);
  return names.find((name) => (left -= weights[name]) < 0) ?? 'enable';
}

/** Numbers from 0 to 1 that follow from a seed: Mulberry32, which is small and good enough to choose with. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
