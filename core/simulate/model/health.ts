import type { CtdbNode } from './ctdb-node.ts';
import type { ModelObserver } from './model-observer.ts';
import type { SimulationClock } from './simulated-node.ts';
import { timing } from './timing.ts';

/**
 * Raises `monitor` on a node again and again, as long as its ctdbd lives, and makes it healthy or unhealthy by what it says.
 *
 * @param onChange called after each change
 */
export async function watchHealth(
  node: CtdbNode,
  clock: SimulationClock,
  observer: ModelObserver,
  onChange: () => void,
): Promise<void> {
  let nextMs: number = timing.firstMonitorMs;
  let timeouts = 0;
  for (;;) {
    await clock.sleep(nextMs, node.life);
    if (node.isInRecovery) continue;
    const answer = await node.raise('monitor');
    if (node.life.aborted) return;
    timeouts = answer === 'timed out' ? timeouts + 1 : 0;
    const isSick = answer === 'failed' || timeouts >= timing.monitorTimeoutsMax;
    const says = answer === 'ok' || isSick; // Otherwise it says nothing, and all stays as it is.
    const hasChanged = says && isSick !== node.flags.unhealthy;
    if (hasChanged) {
      node.flags.unhealthy = isSick;
      observer.happened({ what: isSick ? 'becomes unhealthy' : 'becomes healthy', pnn: node.pnn });
      onChange();
    }
    nextMs = Math.min(timing.monitorMs, hasChanged ? timing.monitorAfterChangeMs : nextMs * 2);
  }
}
