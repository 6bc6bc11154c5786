import { readPublicAddresses } from '../ctdb-config/public-addresses.ts';
import { builtinOfSource } from '../event-directory/builtin.ts';
import type { Entry } from '../event-directory/entry.ts';
import { isHookLink } from '../event-directory/read-event-directory.ts';
import { canonicalIp } from '../events/address.ts';
import { putAddress } from '../network/netlink/put-address.ts';
import { removeAddress } from '../network/netlink/remove-address.ts';
import type { RaisedEvent } from './outcome.ts';

/** The built-in plugin that moves addresses, and CTDB's script of this name. */
export const interfacePlugin = '10.interface';

/** The events that take addresses off. */
export const takesOff: ReadonlySet<string> = new Set(['init', 'releaseip', 'shutdown']);

/** The result: whether every address is where the event wants it, and a line for each that was moved or could not be. */
export interface Acted {
  readonly isDone: boolean;
  readonly lines: readonly string[];
}

/** Whether an entry is the built-in plugin that moves addresses. */
export const movesAddresses = ({ name, path, disabled }: Entry): boolean =>
  name === interfacePlugin &&
  disabled === undefined &&
  (isHookLink(path) || builtinOfSource(path) === interfacePlugin);

/**
 * Takes the addresses of an event off the node, or puts its address on, where 10.interface could not do it: no plugin host can
 * be had, as when there is no memory, or it failed, or did not get its turn. An address that stays would be on two nodes.
 * Connections are not reset, and nothing is written down; the next event that has a host sees to that.
 *
 * @param base CTDB_BASE
 * @returns undefined if the event moves no address
 */
export async function actWithoutHost(event: RaisedEvent, base: string): Promise<Acted | undefined> {
  const { name, argv } = event;
  switch (name) {
    case 'takeip':
      return put(argv);
    case 'updateip': {
      const removed = await remove([argv[2] ?? '']);
      const added = await put(argv.slice(1));
      return { isDone: removed.isDone && added.isDone, lines: [...removed.lines, ...added.lines] };
    }
    case 'releaseip':
    case 'init':
    case 'shutdown':
      return release(event, base);
    default:
      return undefined;
  }
}

/** Whether addresses that a failed plugin had left are off now. Then its event has what it wanted, and must not fail: the node may be banned. */
export const isMended = (acted: Acted | undefined): boolean =>
  acted !== undefined && acted.isDone && acted.lines.length > 0;

async function release(event: RaisedEvent, base: string): Promise<Acted> {
  try {
    return await remove(await ipsOf(event, base));
  } catch (error) {
    return { isDone: false, lines: [`ERROR: addresses stay: ${messageOf(error)}`] };
  }
}

async function remove(ips: readonly string[]): Promise<Acted> {
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
      lines.push(`ERROR: ${ip} cannot be taken off: ${messageOf(error)}`);
    }
  }
  return { isDone, lines };
}

async function put([iface = '', ip = '', maskBits = '']: readonly string[]): Promise<Acted> {
  try {
    await putAddress({ ip, iface, maskBits: Number(maskBits) });
    return { isDone: true, lines: [`WARNING: ${ip} was put on ${iface} without its plugin`] };
  } catch (error) {
    return { isDone: false, lines: [`ERROR: ${ip} cannot be put on ${iface}: ${messageOf(error)}`] };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function ipsOf({ name, argv }: RaisedEvent, base: string): Promise<readonly string[]> {
  if (name !== 'releaseip') return (await readPublicAddresses(base))?.ips ?? [];
  const ip = canonicalIp(argv[1] ?? '');
  return ip === undefined ? [] : [ip];
}
