import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../../cluster/cluster.ts';
import type { ClusterNode } from '../../cluster/node.ts';
import { tcpPort } from './served.ts';

/** An address that is about to move. */
export interface Scene {
  readonly cluster: Cluster;
  readonly ip: string;
  readonly holder: ClusterNode;
  readonly other: ClusterNode;
}

/** How an address moves, and in what state the machine is. */
export interface Situation {
  readonly name: string;
  readonly publicAddresses: readonly string[];
  /** What is to be before clients connect, until it is disposed. */
  readonly prepare?: (scene: Scene) => Promise<AsyncDisposable>;
  /** Begins the move. */
  readonly begin: (scene: Scene) => Promise<unknown>;
  /** What follows when the address has left. */
  readonly left?: (scene: Scene) => Promise<unknown>;
  /** Has everything as before. */
  readonly finish: (scene: Scene) => Promise<unknown>;
}

/** How many connections a busy server has. */
const connectionsMax = 5000;

/** How long an address that goes to nobody stays there, in milliseconds. */
const nobodyMs = 1000;

const connections = fileURLToPath(new URL('../clients.ts', import.meta.url));
const one = ['10.98.0.1/24'];
const sixty = Array.from({ length: 60 }, (_, index) => `10.98.0.${index + 1}/24`);

/** `ctdb disable` of the node that has the address; the other one takes it. */
const byDisable = {
  // Not `disable`: it waits for more than the address.
  begin: ({ holder }: Scene) => holder.machine.attempt('ctdb', 'disable'),
  finish: ({ holder }: Scene) => holder.enable(),
} as const;

/** The other node is out of service: CTDB gives it no address. */
const withoutOther = {
  publicAddresses: one,
  prepare: async ({ other }: Scene) => {
    await other.disable();
    return { [Symbol.asyncDispose]: () => other.enable() };
  },
} as const;

/** The one whose table has all cells. */
export const plainMove: Situation = { name: 'one address', publicAddresses: one, ...byDisable };

/** The others, in which fewer clients are tried. */
export const situations: readonly Situation[] = [
  { name: 'IPv6', publicAddresses: ['fd98::1/64'], ...byDisable },
  { name: 'busy machine', publicAddresses: one, ...byDisable, prepare: keepBusy },
  { name: '30 of 60 addresses', publicAddresses: sixty, ...byDisable },
  { name: '30 of 60 addresses, busy machine', publicAddresses: sixty, ...byDisable, prepare: keepBusy },
  { name: `${connectionsMax} connections`, publicAddresses: one, ...byDisable, prepare: connectMany },
  {
    name: 'to nobody for a second',
    ...withoutOther,
    begin: byDisable.begin,
    left: async ({ other }) => {
      await delay(nobodyMs);
      await other.enable();
    },
    finish: byDisable.finish,
  },
  {
    name: 'straight back to its node',
    ...withoutOther,
    begin: byDisable.begin,
    left: byDisable.finish,
    finish: byDisable.finish,
  },
  {
    name: 'both nodes take and release at once',
    publicAddresses: ['10.98.0.1/24', '10.98.0.2/24'],
    begin: async ({ cluster, ip, holder, other }) => {
      const back = cluster.ipHeldBy(other);
      await Promise.all([
        holder.ctdb('moveip', ip, `${other.pnn}`),
        other.ctdb('moveip', back, `${holder.pnn}`),
      ]);
    },
    finish: () => Promise.resolve(),
  },
];

/** Twice as many processes that compute as there are processors. */
function keepBusy({ cluster }: Scene): Promise<AsyncDisposable> {
  const spin = 'for _ in 1 2 3 4; do while :; do :; done & all="$all $!"; done; cat >/dev/null; kill $all';
  const busy = cluster.client.start('sh', '-c', spin);
  return Promise.resolve({ [Symbol.asyncDispose]: () => busy.end() });
}

/** Many clients beside, which are connected and have nothing to ask. */
async function connectMany({ cluster, ip }: Scene): Promise<AsyncDisposable> {
  const command = [...cluster.client.entrance(), process.execPath, connections, `${tcpPort}`];
  const child = spawn('nsenter', command, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const expectWord = async (word: string): Promise<void> => {
    const { value } = (await lines.next()) as { value?: string };
    if (value !== word)
      throw new Error(`The ${connectionsMax} clients say "${value ?? ''}", expected "${word}"`);
  };
  await expectWord('ready');
  child.stdin.write(`${ip} ${connectionsMax}\n`);
  await expectWord('connected');
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.stdin.end('drop\n');
      await ended;
    },
  };
}
