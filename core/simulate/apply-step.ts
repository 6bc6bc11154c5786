import type { Cluster } from './model/cluster.ts';
import type { PluginNode } from './plugin-node.ts';
import type { Step } from './step.ts';

/** Does one step of a scenario, and does not wait for what follows from it. `wait` is for the caller to do. */
export function applyStep(step: Step, cluster: Cluster, machines: readonly PluginNode[]): void {
  switch (step.do) {
    case 'wait':
      return;
    case 'ipreallocate':
      cluster.askForTakeoverRun();
      return;
    case 'recover':
      cluster.askForRecovery();
      return;
    default:
      break;
  }
  const node = cluster.nodes[step.node];
  const machine = machines[step.node];
  if (node === undefined || machine === undefined) throw new Error(`there is no node ${step.node}`);
  switch (step.do) {
    case 'fault':
      machine.arm(step);
      return;
    case 'off':
      cluster.powerOff(node);
      return;
    case 'kill':
      cluster.kill(node);
      return;
    case 'start':
      cluster.start(node);
      return;
    case 'shutdown':
      cluster.inBackground(cluster.shutDown(node));
      return;
    case 'disable':
    case 'enable':
      cluster.setDisabled(node, step.do === 'disable');
      return;
    case 'stop':
      cluster.inBackground(cluster.stop(node));
      return;
    case 'continue':
      cluster.continue(node);
      return;
    case 'ban':
      cluster.inBackground(cluster.ban(node, step.seconds * 1000));
      return;
    case 'unban':
      cluster.unban(node);
  }
}
