import type { Connection } from 'ctdb-hook';
import type { InterfaceContext } from './options.ts';
import { makesAllKnown } from './release.ts';

/**
 * When the next node is told again, in milliseconds after the server's ends of connections were removed. smbd notices that
 * within some 15, later on a busy node; scripts that follow may take seconds.
 */
const againMs = [15, 30, 50, 75, 100, 150, 250, 500, 1500, 5000];

/** The ports of smbd. */
const smbPorts = /:(?:139|445)$/;

/**
 * Tells the next node a few times more of connections that it was told of, after this event too. smbd whose connection is gone
 * has ctdbd take it off the list: of this node (CTDB 4.17), or of all nodes (4.22). Then its client would be told by nobody.
 *
 * Not up to CTDB 4.20: what the next node is told replaces what it has heard of clients that have come meanwhile, and only a later
 * script's monitor makes those known again.
 */
export function tellAgain(ip: string, connections: readonly Connection[], context: InterfaceContext): void {
  const { ctdb } = context;
  ctdb.stopTelling(ip);
  if (!makesAllKnown(context)) return;
  if (connections.some(({ server }) => smbPorts.test(server)))
    ctdb.tellNextNodeAgain(ip, connections, againMs);
}
