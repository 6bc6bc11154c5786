import type { Connection } from 'ctdb-hook';
import type { InterfaceContext } from './options.ts';

/** How long the next node is not told again after it could not be told, in milliseconds: hundreds of addresses may leave. */
const againMs = 5000;

let notToldAtMs = -Infinity;

/**
 * Tells the next node of the connections to an address that leaves. Answers whether it wakes up their clients. Otherwise they
 * are told by their reset, as CTDB's script does it; why is said once in five seconds.
 */
export async function willBeTickled(
  ip: string,
  connections: readonly Connection[],
  { ctdb, log }: InterfaceContext,
): Promise<boolean> {
  if (performance.now() - notToldAtMs < againMs) return false;
  const told = await ctdb.tellNextNode(ip, connections);
  if (told.isTold) return true;
  if (told.why !== undefined) {
    notToldAtMs = performance.now();
    log(`WARNING: Clients of public IP ${ip} are reset before the next node has it: ${told.why}`);
  }
  return false;
}
