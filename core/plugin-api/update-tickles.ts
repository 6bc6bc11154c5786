import type { Context } from './context.ts';
import { findOwnAddresses } from './own-addresses.ts';

/**
 * Tells CTDB which connections there are to the public addresses of this node, to all ports or to one.
 *
 * When an address moves, its next node tickles them, so that clients notice at once and not after a timeout.
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
    // In this order: a tickle that smbd registers between the two is of a connection that is found.
    const known = await ctdb.askRows('gettickles', ip, ...ofPort);
    const found = await network.findConnections(ip);
    // What could not be looked at has not vanished.
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

/** IPv6 addresses without brackets: every version of CTDB reads them, not every one with. */
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
