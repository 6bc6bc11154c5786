/** What an allocation starts from. */
export interface AllocationRequest {
  /** All public addresses. */
  readonly ips: readonly string[];
  /** The nodes that can hold addresses, by number. */
  readonly hosts: readonly number[];
  /** The node that has each address now; none for an address that no node has. */
  readonly now: ReadonlyMap<string, number>;
}

/**
 * Says which node gets each address: all nodes get as many as the others, or one more, and as few addresses as possible move.
 *
 * CTDB's default algorithm, LCP2 (ctdb/server/ipalloc_lcp2.c), spreads addresses as evenly, but by networks as well. How many
 * addresses each node gets is the same where all addresses are of one network; which ones differs.
 */
export function allocate({ ips, hosts, now }: AllocationRequest): ReadonlyMap<string, number> {
  const allocation = new Map<string, number>();
  if (hosts.length === 0) return allocation;
  const load = new Map(hosts.map((pnn) => [pnn, 0]));
  const give = (ip: string, pnn: number): void => {
    allocation.set(ip, pnn);
    load.set(pnn, (load.get(pnn) ?? 0) + 1);
  };
  for (const ip of ips) {
    const pnn = now.get(ip);
    if (pnn !== undefined && load.has(pnn)) give(ip, pnn);
  }
  for (const ip of ips) if (!allocation.has(ip)) give(ip, extremes(load).least);
  for (;;) {
    const { most, least } = extremes(load);
    const ip = ips.find((each) => allocation.get(each) === most);
    if (ip === undefined || (load.get(most) ?? 0) - (load.get(least) ?? 0) < 2) return allocation;
    load.set(most, (load.get(most) ?? 0) - 1);
    give(ip, least);
  }
}

/** The nodes with the most and the fewest addresses; of several the one with the lowest number. */
function extremes(load: ReadonlyMap<number, number>): { readonly most: number; readonly least: number } {
  const byLoad = [...load].sort(([pnnA, a], [pnnB, b]) => a - b || pnnA - pnnB);
  const [least] = byLoad[0] ?? [0];
  const highest = byLoad.at(-1)?.[1];
  const [most] = byLoad.find(([, count]) => count === highest) ?? [0];
  return { most, least };
}
