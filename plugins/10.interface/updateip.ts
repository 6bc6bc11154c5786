import type { AddressMove, Connection, HostedAddress } from 'ctdb-hook';
import { addAddress } from './add-address.ts';
import { blockOf, blockOrWarn } from './block.ts';
import { findHosted, noIface } from './hosted-address.ts';
import type { InterfaceContext } from './options.ts';
import { keepsMaskOfMoved } from './release.ts';

/** Moves an address to another interface of this node; its connections stay. */
export async function updateip(move: AddressMove, context: InterfaceContext): Promise<void> {
  const { oldIface, newIface, ip, maskBits } = move;
  const { network, ctdb, log } = context;
  const hosted = await findHosted({ iface: oldIface, ip, maskBits }, context);
  if (hosted !== undefined && (await isOn(hosted, newIface, context))) {
    log(`Redundant "updateip" - ${ip} already on ${newIface}`);
    await network.unblock(blockOf(newIface, ip, context));
    return;
  }
  await replace(move, hosted, context);
  await network.unblock(blockOf(newIface, ip, context)); // One that a killed releaseip left there.
  await network.flushRoutes();
  await ctdb.tell(['gratarp', ip, newIface]);
  const connections = (await network.findConnections(ip)) ?? [];
  if (connections.length > 0) await tickle(connections, context);
}

/** Whether an address is on an interface, which may be named by an altname. */
async function isOn(
  { iface, device }: HostedAddress,
  name: string,
  { network }: InterfaceContext,
): Promise<boolean> {
  return iface === name || device === name || (await network.findLink(name))?.device === device;
}

async function replace(
  { oldIface, newIface, ip, maskBits }: AddressMove,
  hosted: HostedAddress | undefined,
  context: InterfaceContext,
): Promise<void> {
  const block = blockOf(hosted?.iface ?? oldIface, ip, context);
  try {
    if (hosted !== undefined) await blockOrWarn(block, context);
    if (hosted !== undefined) await context.network.deleteAddress(hosted, { quiet: true });
    const isKept = hosted !== undefined && keepsMaskOfMoved(context);
    if (isKept)
      await context.network.deleteAddress({ ...hosted, iface: newIface, device: newIface }, { quiet: true });
    await addAddress({ iface: newIface, ip, maskBits: isKept ? hosted.maskBits : maskBits }, context);
  } finally {
    // Also where there was nothing to block: an updateip that was killed may have left one.
    if (block.iface !== noIface) await context.network.unblock(block);
  }
}

/** Makes both ends of each connection send again what was dropped meanwhile. */
async function tickle(connections: readonly Connection[], { ctdb, log }: InterfaceContext): Promise<void> {
  const pairs = connections.flatMap(({ server, client }) => [`${server} ${client}`, `${client} ${server}`]);
  for (const pair of pairs) log(`Tickle TCP connection ${pair}`);
  await ctdb.tell(['tickle'], { input: pairs.map((pair) => `${pair}\n`).join('') });
}
