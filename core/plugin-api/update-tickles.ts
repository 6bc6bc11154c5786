import type { Context } from './context.ts';
import { findOwnAddresses } from './own-addresses.ts';

/**
 * Tells CTDB about the connections to the public addresses of this node, on all ports or on one. When an address moves, the
 * next node tickles these connections, so that clients notice at once, and not after a timeout.
 */
export async function updateTickles(
  context: Pick<Context, 'ctdb' | 'log' | 'network'>,
  port?: number,
): Promise<void> {
  const { network, ctdb } = context;
  const connections = new Set<string>();
  const tickles = new Set<string>();
  const ofPort = port === undefined ? [] : [String(port)];
  for (const ip of (await findOwnAddresses(context)) ?? []) {
    // The order matters: if smbd registers a tickle between the two questions, its connection is found by the second.
    const known = await ctdb.askRows('gettickles', ip, ...ofPort);
    const found = await network.findConnections(ip);
    // If the look fails, the connections have not vanished.
    if (found === undefined || known === undefined) continue;
    for (const { server, client } of found) {
      if (port === undefined || server.endsWith(`:${port}`))
        connections.add(`${bare(client)} ${bare(server)}`);
    }
    for (const [client, clientPort, server, serverPort] of known) {
      tickles.add(bare(`${client}:${clientPort} ${server}:${serverPort}`));
    }
  }
  await send('addtickle', connections.difference(tickles), ctdb);
  await send('deltickle', tickles.difference(connections), ctdb);
}

/** IPv6 addresses have no brackets: every version of CTDB reads that form, but not every one reads brackets. */
const bare = (text: string): string => text.replaceAll(/[[\]]/g, '');

async function send(command: string, lines: ReadonlySet<string>, { tell }: Context['ctdb']): Promise<void> {
  if (lines.size > 0)
    await tell([command], {
      input: [...lines]
        .sort()
        .map((line) => `${line}\n`)
        .join(''),
    });
}
