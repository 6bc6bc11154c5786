import type { Context } from 'ctdb-hook';
import { findOwnAddresses } from './own-addresses.ts';

/**
 * Tells CTDB which connections there are to the addresses of this node.
 *
 * When an address moves, its next node tickles them, so that clients notice at once and not after a timeout.
 */
export async function updateTickles(context: Context): Promise<void> {
  const { network, ctdb } = context;
  const connections = new Set<string>();
  const tickles = new Set<string>();
  for (const ip of (await findOwnAddresses(context)) ?? []) {
    const found = await network.findConnections(ip);
    const known = await ctdb.askRows('gettickles', ip);
    // What could not be looked at has not vanished.
    if (found === undefined || known === undefined) continue;
    for (const { server, client } of found) connections.add(`${bare(client)} ${bare(server)}`);
    for (const [client, clientPort, server, port] of known) {
      tickles.add(bare(`${client}:${clientPort} ${server}:${port}`));
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
