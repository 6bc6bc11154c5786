import type { SimulatedNode } from '../../../core/simulate/model/simulated-node.ts';
import type { RaisedEvent } from '../../../core/run/outcome.ts';

/** A node on which every event does at once what it is for. `isSick` has its monitor fail. */
export class PerfectNode implements SimulatedNode {
  readonly held = new Set<string>();
  isSick = false;

  raise({ name, argv }: RaisedEvent): ReturnType<SimulatedNode['raise']> {
    const [, ip = ''] = argv;
    if (name === 'takeip') this.held.add(ip);
    if (name === 'releaseip') this.held.delete(ip);
    if (name === 'init' || name === 'shutdown') this.held.clear();
    return Promise.resolve(name === 'monitor' && this.isSick ? 'failed' : 'ok');
  }

  has(ip: string): boolean {
    return this.held.has(ip);
  }

  powerOff(): void {
    this.held.clear();
  }

  ctdbdEnded(): void {
    // Its addresses stay.
  }

  show(): void {
    // It asks nothing of ctdb.
  }
}
