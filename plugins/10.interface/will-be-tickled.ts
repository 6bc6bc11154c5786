import type { Connection } from 'ctdb-hook';
import type { InterfaceContext } from './options.ts';

/** How long the next node may take to answer, in milliseconds: hundreds of addresses may leave one after another. */
const slowMs = 250;

/** How long it is not asked again after it was slow, or could not be told, in milliseconds. */
const restMs = 5000;

/**
 * Tells the next node of the connections to an address that leaves. Answers whether it wakes up their clients. Otherwise they
 * are told by their reset, as CTDB's script does it.
 */
export async function willBeTickled(
  ip: string,
  connections: readonly Connection[],
  { ctdb, log, monotonicMs, state }: InterfaceContext,
): Promise<boolean> {
  const beganMs = monotonicMs();
  if (beganMs < Number(state['restsUntilMs'] ?? 0)) return false;
  const told = await ctdb.tellNextNode(ip, connections);
  const tookMs = Math.round(monotonicMs() - beganMs);
  const problem = told.isTold
    ? tookMs > slowMs && `The next node took ${tookMs} ms to know the connections to public IP ${ip}`
    : told.why !== undefined && `The next node does not know the connections to public IP ${ip}: ${told.why}`;
  if (problem !== false) {
    state['restsUntilMs'] = monotonicMs() + restMs;
    log(`WARNING: ${problem}. For ${restMs} ms clients are reset before it has their address`);
  }
  return told.isTold;
}
