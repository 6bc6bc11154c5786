import { readPublicAddresses } from '../ctdb/public-addresses.ts';
import { builtinOfSource } from '../entries/builtin.ts';
import type { Entry } from '../entries/entry.ts';
import { isHookLink } from '../entries/read-event-directory.ts';
import { canonicalIp } from '../events/address.ts';
import { removeAddress } from '../network/netlink/remove-address.ts';
import type { RaisedEvent } from '../run/outcome.ts';

/** The built-in plugin that takes addresses off. */
const interfacePlugin = '10.interface';

/** What came of it: whether every address is off, and a line for each that was on the node. */
export interface Released {
  readonly isDone: boolean;
  readonly lines: readonly string[];
}

/**
 * Takes the addresses of an event off the node where no plugin host can be had for 10.interface, as when there is no memory: an
 * address that stays would be on two nodes. Connections are not reset, and nothing is written down; the next event that has a
 * host sees to that.
 *
 * @param base CTDB_BASE
 * @returns undefined if the entry is not the built-in 10.interface, or the event takes no address off
 */
export async function releaseWithoutHost(
  { name, path }: Entry,
  event: RaisedEvent,
  base: string,
): Promise<Released | undefined> {
  if (name !== interfacePlugin || !(isHookLink(path) || builtinOfSource(path) === interfacePlugin))
    return undefined;
  const ips = await ipsOf(event, base);
  if (ips === undefined) return undefined;
  const lines: string[] = [];
  let isDone = true;
  for (const ip of ips) {
    try {
      const ifaces = await removeAddress(ip);
      if (ifaces.length > 0)
        lines.push(
          `WARNING: ${ip} was taken off ${ifaces.join(' and ')} without its plugin: no connection was reset`,
        );
    } catch (error) {
      isDone = false;
      lines.push(
        `ERROR: ${ip} cannot be taken off: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return { isDone, lines };
}

async function ipsOf({ name, argv }: RaisedEvent, base: string): Promise<readonly string[] | undefined> {
  switch (name) {
    case 'releaseip': {
      const ip = canonicalIp(argv[1] ?? '');
      return ip === undefined ? undefined : [ip];
    }
    case 'init':
    case 'shutdown':
      return (await readPublicAddresses(base))?.ips ?? [];
    default:
      return undefined;
  }
}
