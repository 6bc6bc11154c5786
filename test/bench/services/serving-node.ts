import { readFileSync } from 'node:fs';
import { connectEventd, type EventClient } from '../../../core/eventd-protocol/client.ts';
import { readProcTable } from '../../../core/process/proc-table.ts';
import { startCluster, type Cluster } from '../../cluster/cluster.ts';
import type { NodePlan } from '../../cluster/node.ts';
import { layOutServices, serviceEnvironment, serviceOptions } from '../../cluster/services.ts';
import { ctdb } from '../../support/installed-ctdb.ts';
import { CpuGroup } from './cpu-group.ts';

/** Who monitors: CTDB's event daemon with its scripts, or ours with the plugins on one network or the other. */
export type Side = 'stock' | 'netlink' | 'commands';

/** What is enabled, as scripts or as plugins. */
export const entries = ['10.interface', '50.samba', '60.nfs'];

/** Longest time that an event may take, in milliseconds. */
const timeoutMs = 30_000;

/** ctdbd doubles the time to its next `monitor` up to this, so it soon raises hardly any by itself; in seconds. */
const seldomSeconds = 1_000_000;

const plan: Omit<NodePlan, 'scripts'> = {
  nodes: 1,
  publicAddresses: ['10.98.0.1/24', '10.98.0.2/24'],
  options: serviceOptions,
  async prepareNode(node) {
    await layOutServices(node);
    await node.machine.run('sh', '-ec', useDebiansChecks);
  },
};

/** Of CTDB's check files, unchanged, those for what nfs-ganesha and rpcbind serve: all but rpc.statd's. */
const useDebiansChecks = `
rm /etc/ctdb/checks/*
for program in portmapper nfs nlockmgr mountd rquotad; do
  cp /etc/ctdb/nfs-checks.d/??.$program.check /etc/ctdb/checks
done
`;

/** A node with Debian's ctdbd, smbd, nfs-ganesha and rpcbind, whose event daemon's processor time is counted. */
export class ServingNode {
  readonly cpu: CpuGroup;
  readonly #cluster: Cluster;
  readonly #client: EventClient;

  private constructor(cluster: Cluster, cpu: CpuGroup, client: EventClient) {
    this.#cluster = cluster;
    this.cpu = cpu;
    this.#client = client;
  }

  /** Starts it, and returns when it is healthy and serves its addresses. */
  static async start(side: Side): Promise<ServingNode> {
    const cluster = await startCluster(
      side === 'stock'
        ? { ...plan, scripts: ['00.ctdb', ...entries], environment: serviceEnvironment }
        : {
            ...plan,
            scripts: [],
            plugins: ['00.ctdb', ...entries],
            eventd: () => 'ours',
            environment: { ...serviceEnvironment, CTDB_HOOK_NETWORK: side },
          },
    );
    await cluster.waitUntilHealthy();
    await cluster.waitUntilServedBy(cluster.nodes);
    const node = cluster.node(0);
    await node.setTunable('MonitorInterval', seldomSeconds);
    const client = await connectEventd(node.machine.outside(ctdb.eventdSocket), timeoutMs);
    // Its processes are looked for here, where they have other numbers than in their machine.
    const cpu = CpuGroup.around(eventdIn(node.machine.pid), `ctdb-hook-bench-${side}`);
    return new ServingNode(cluster, cpu, client);
  }

  /** Raises `monitor` and returns how long it took, in milliseconds. @throws Error if it does not succeed. */
  monitorMs = async (): Promise<number> => {
    const began = performance.now();
    const request = {
      component: 'legacy',
      event: 'monitor',
      args: null,
      timeoutS: timeoutMs / 1000,
      flags: 0,
    };
    const result = await this.#client.run(request, timeoutMs);
    if (result !== 0) await this.requireWell();
    return performance.now() - began;
  };

  /** When `monitor` was raised last, by whomever. */
  lastRaised = async (): Promise<string> => {
    const { status } = await this.#client.status({ component: 'legacy', event: 'monitor' }, timeoutMs);
    return JSON.stringify(status?.scripts[0]?.begin);
  };

  /** Looks at the last `monitor`. @throws Error if it failed, or if an entry was left out or had something to say. */
  async requireWell(): Promise<void> {
    const { status } = await this.#client.status({ component: 'legacy', event: 'monitor' }, timeoutMs);
    const scripts = status?.scripts ?? [];
    const good = scripts.filter(({ result }) => result === 0).map(({ name }) => name);
    const said = scripts.map(({ output }) => output.toString()).join('');
    if (status?.summary === 0 && said === '' && entries.every((name) => good.includes(name))) return;
    throw new Error(`monitor is not well: good are ${good.join(', ')}, they say: ${said}`);
  }

  /** Ends all of it at once. */
  async stop(): Promise<void> {
    this.#client.close();
    await this.#cluster.stop();
    this.cpu.remove();
  }
}

/** The event daemon of a machine, by the id of the machine's init. */
function eventdIn(init: number): number {
  const table = readProcTable();
  const isBelow = (pid: number): boolean => {
    const parent = table.find((entry) => entry.pid === pid)?.parent ?? 0;
    return parent === init || (parent > 1 && isBelow(parent));
  };
  const parents = new Set(table.filter(({ name }) => name === 'ctdbd').map(({ pid }) => pid));
  const found = table.filter(({ pid, parent }) => parents.has(parent) && isBelow(pid) && isEventd(pid));
  const [eventd] = found;
  if (eventd === undefined || found.length > 1)
    throw new Error(`The machine of process ${init} has ${found.length} event daemons, expected 1`);
  return eventd.pid;
}

function isEventd(pid: number): boolean {
  const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  return /ctdb-eventd|eventd\.js/.test(commandLine);
}
