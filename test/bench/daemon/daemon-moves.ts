import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../../core/package/package-root.ts';
import type { ClientSide } from '../client-side.ts';
import { stock } from '../programs.ts';
import type { Measurement, Samples } from '../take-turns.ts';
import { BenchDaemon, type Daemon, type EventFiles } from './bench-daemon.ts';
import { earlierCount } from './daemon-cases.ts';

/** The entries that are enabled while addresses move: all that there is as a plugin, and the same as CTDB's scripts. */
const names = ['00.ctdb', '10.interface', '50.samba', '60.nfs'];

/** Where addresses move, and which: a static address of the node is in the subnet too. */
export const moving = { iface: 'eth1', ip: '10.0.0.1', maskBits: '24' } as const;
const address = [moving.iface, moving.ip, moving.maskBits] as const;

/** How many addresses move at once: what each of two nodes takes when a third one fails that had 200. */
export const togetherCount = 100;

/** How many connections an address has that leaves with connections, and with very many. */
export const connectionCounts = { many: 100, most: 5000 } as const;

/** How many addresses an interface has when one more is taken and released. */
export const heldCounts = [0, 200, 2000] as const;

const entries: Readonly<Record<Daemon, EventFiles>> = {
  hook: Object.fromEntries(
    names.map((name) => [`${name}.ts`, { link: join(packageRoot, 'plugins', name, 'plugin.ts') }]),
  ),
  stock: Object.fromEntries(
    names.map((name) => [`${name}.script`, { link: join(stock.scripts, `${name}.script`) }]),
  ),
};

/** Starts a daemon with all of them enabled; one of ours has had events before. */
export async function startMover(
  daemon: Daemon,
  base: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<BenchDaemon> {
  const files = {
    public_addresses: `${moving.ip}/${moving.maskBits} ${moving.iface}\n`,
    'script.options': '',
  };
  const started = await BenchDaemon.start(daemon, base, entries[daemon], files, environment);
  if (daemon === 'stock') return started;
  for (let count = 0; count < earlierCount; count += 2 * togetherCount) {
    await together(started, 'takeip');
    await together(started, 'releaseip');
  }
  return started;
}

/** Addresses that are taken and released: many at once, alone, and with connections that all have to be reset. */
export function moves(
  daemons: Readonly<Partial<Record<Daemon, BenchDaemon>>>,
  client: ClientSide,
): Readonly<Record<string, Measurement>> {
  const cases = Object.entries(daemons).flatMap(([by, daemon]) => {
    const prefix = by === 'stock' ? 'stock ' : '';
    let takeMs = 0;
    let releaseMs = 0;
    let releaseTogetherMs = 0;
    return [
      [
        `${prefix}daemon takeip together`,
        async () => {
          const takeTogetherMs = await together(daemon, 'takeip');
          releaseTogetherMs = await together(daemon, 'releaseip');
          return takeTogetherMs;
        },
      ],
      [`${prefix}daemon releaseip together`, () => releaseTogetherMs],
      [
        `${prefix}daemon takeip`,
        async () => {
          takeMs = await daemon.raiseMs('takeip', ...address);
          releaseMs = await daemon.raiseMs('releaseip', ...address);
          return takeMs;
        },
      ],
      [`${prefix}daemon releaseip`, () => releaseMs],
      [`${prefix}daemon releaseip, connections`, () => releaseConnectedMs(daemon, client)],
    ] as const;
  });
  return Object.fromEntries<Measurement>(cases);
}

/** Raises an event for many addresses at once, and returns how long one of them took on the average, in milliseconds. */
export async function together(daemon: BenchDaemon, event: string): Promise<number> {
  const ips = Array.from({ length: togetherCount }, (_, index) => `10.0.0.${index + 110}`);
  const tookMs = await daemon.raiseAllMs(ips.map((ip) => [event, moving.iface, ip, moving.maskBits]));
  return tookMs / togetherCount;
}

async function releaseConnectedMs(daemon: BenchDaemon, client: ClientSide): Promise<number> {
  await daemon.raiseMs('takeip', ...address);
  await client.connect(moving.ip, connectionCounts.many);
  const tookMs = await daemon.raiseMs('releaseip', ...address);
  await client.allReset();
  return tookMs;
}

/** Very many connections to one address: how long their end takes, and how many are left, by three ways. */
export async function kills(
  daemons: Readonly<Partial<Record<Daemon, BenchDaemon>>>,
  client: ClientSide,
  rounds: number,
): Promise<Samples> {
  const { hook, stock: theirs } = daemons;
  const samples: Record<string, number[]> = {};
  const add = (name: string, value: number): void => {
    (samples[name] ??= []).push(value);
  };
  for (let round = 0; round < rounds; round += 1) {
    if (hook !== undefined) {
      await connectMost(hook, client);
      add('kill, daemon', await hook.raiseMs('releaseip', ...address));
      await client.allReset();
      await connectMost(hook, client);
      add('kill, ss -K', ssKillMs());
      await client.allReset();
      await hook.raiseMs('releaseip', ...address);
    }
    if (theirs === undefined) continue;
    await connectMost(theirs, client);
    add('kill, ctdb_killtcp', await theirs.raiseMs('releaseip', ...address));
    add('left by ctdb_killtcp', await client.drop());
  }
  return samples;
}

async function connectMost(daemon: BenchDaemon, client: ClientSide): Promise<void> {
  await daemon.raiseMs('takeip', ...address);
  await client.connect(moving.ip, connectionCounts.most);
}

function ssKillMs(): number {
  const began = performance.now();
  execFileSync('ss', ['-K', '-tnH', 'state', 'established', 'src', moving.ip], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return performance.now() - began;
}

/** What one more address costs, the more there are; and what the kernel takes to delete the oldest of a subnet by itself. */
export async function growth(daemon: BenchDaemon, rounds: number): Promise<Samples> {
  const samples: Record<string, number[]> = {};
  let held = 0;
  for (const count of heldCounts) {
    for (; held < count; held += 1) await daemon.raiseMs('takeip', moving.iface, ipOf(held), '16');
    const took = (samples[`takeip beside ${count}`] = [] as number[]);
    const released = (samples[`releaseip beside ${count}`] = [] as number[]);
    for (let round = 0; round < rounds; round += 1) {
      took.push(await daemon.raiseMs('takeip', moving.iface, ipOf(count), '16'));
      released.push(await daemon.raiseMs('releaseip', moving.iface, ipOf(count), '16'));
    }
  }
  samples['releaseip, oldest'] = [await daemon.raiseMs('releaseip', moving.iface, ipOf(0), '16')];
  samples['kernel, oldest'] = [deleteMs(ipOf(1))];
  const all = Array.from({ length: held - 2 }, (_, index) => ipOf(index + 2));
  samples['release of all at once'] = [
    await daemon.raiseAllMs(all.map((ip) => ['releaseip', moving.iface, ip, '16'])),
  ];
  return samples;
}

/** In a subnet in which the node has no address of its own. */
const ipOf = (index: number): string => `10.7.${index >> 8}.${index & 255}`;

function deleteMs(ip: string): number {
  const began = performance.now();
  execFileSync('ip', ['addr', 'del', `${ip}/16`, 'dev', moving.iface]);
  return performance.now() - began;
}
