import { parseRelease } from '../../../core/ctdb-installation/release.ts';
import { Cluster } from '../../../core/simulate/model/cluster.ts';
import type { CtdbNode } from '../../../core/simulate/model/ctdb-node.ts';
import { VirtualClock } from '../../../core/testing/world/virtual-clock.ts';
import { PerfectNode } from './perfect-node.ts';

/** How long everything that follows from a step takes at most, but for what is waited for. */
const stepMs = 40_000;

type Doing = (cluster: Cluster, node: CtdbNode, machine: PerfectNode) => Promise<void> | void;

/** The steps of test/cluster/record-event-orders.ts, by their first words. */
const doings: Readonly<Record<string, Doing>> = {
  start: (cluster, node) => {
    cluster.start(node);
  },
  restart: (cluster, node) => {
    cluster.start(node);
  },
  disable: (cluster, node) => {
    cluster.setDisabled(node, true);
  },
  enable: (cluster, node) => {
    cluster.setDisabled(node, false);
  },
  ipreallocate: (cluster) => {
    cluster.askForTakeoverRun();
  },
  unhealthy: (_cluster, _node, machine) => {
    machine.isSick = true;
  },
  healthy: (_cluster, _node, machine) => {
    machine.isSick = false;
  },
  stop: (cluster, node) => cluster.stop(node),
  continue: (cluster, node) => {
    cluster.continue(node);
  },
  ban: (cluster, node) => cluster.ban(node, 600_000),
  unban: (cluster, node) => {
    cluster.unban(node);
  },
  recover: (cluster) => {
    cluster.askForRecovery();
  },
  shutdown: (cluster, node) => cluster.shutDown(node),
  kill: (cluster, node) => {
    cluster.kill(node);
  },
  off: (cluster, node) => {
    cluster.powerOff(node);
  },
};

/**
 * What a simulated cluster of three nodes and three addresses raises in these steps, in the form of test/fixtures/event-orders. The
 * first has to be `start`, which starts all nodes.
 */
export async function simulateSteps(releaseText: string, steps: readonly string[]): Promise<string> {
  const release = parseRelease(releaseText);
  if (release === undefined) throw new Error(`${releaseText} is no release`);
  const lines: string[] = [];
  const faults: unknown[] = [];
  const clock = new VirtualClock();
  const machines = [new PerfectNode(), new PerfectNode(), new PerfectNode()];
  const cluster = new Cluster({
    release,
    machines,
    addresses: ['10.98.0.1', '10.98.0.2', '10.98.0.3'].map((ip) => ({ ip, maskBits: 24, iface: 'eth0' })),
    clock: {
      get nowMs() {
        return clock.elapsedMs;
      },
      sleep: clock.sleep,
    },
    observer: {
      eventBegun: (pnn, { name, argv }) => {
        if (name !== 'monitor') lines.push([pnn, name, ...argv].join(' '));
      },
      eventEnded: () => undefined,
      happened: () => undefined,
    },
    onFault: (error) => faults.push(error),
  });
  const run = async (): Promise<void> => {
    for (const step of steps) {
      lines.push(`== ${step}`);
      const [word = '', pnn] = step.split(' ');
      const doing = doings[word];
      if (doing === undefined) throw new Error(`there is no step ${step}`);
      const numbers = step === 'start' ? [0, 1, 2] : [Number(pnn ?? 0)];
      for (const each of numbers) {
        const [node, machine] = [cluster.nodes[each], machines[each]];
        if (node === undefined || machine === undefined) throw new Error(`there is no node for ${step}`);
        await doing(cluster, node, machine);
      }
      await clock.sleep(stepMs);
      while (!cluster.isAtRest) await clock.sleep(1_000);
    }
  };
  await clock.drive(run());
  if (faults.length > 0) throw new AggregateError(faults);
  return `${lines.join('\n')}\n`;
}
