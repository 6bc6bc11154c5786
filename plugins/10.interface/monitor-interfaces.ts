import { findBondFault } from './find-bond-fault.ts';
import type { InterfaceContext } from './options.ts';
import { cutsAtDot } from './release.ts';

/**
 * Checks all interfaces for public addresses, says what is wrong and tells ctdbd of each.
 *
 * Returns whether the node can serve: all are good or, with CTDB_PARTIALLY_ONLINE_INTERFACES, any is.
 */
export async function monitorInterfaces(context: InterfaceContext): Promise<boolean> {
  const ifaces = await context.ctdb.publicInterfaces();
  let downs = 0;
  for (const iface of ifaces) {
    const fault = await findFault(iface, context);
    if (fault !== undefined) {
      downs += 1;
      context.log(`ERROR: ${fault}`);
    }
    await context.ctdb.tell(['setifacelink', iface, fault === undefined ? 'up' : 'down'], { quiet: true });
  }
  return downs === 0 || (downs < ifaces.length && context.options.CTDB_PARTIALLY_ONLINE_INTERFACES);
}

async function findFault(iface: string, context: InterfaceContext): Promise<string | undefined> {
  const { network } = context;
  const link = await network.findLink(iface);
  if (link === undefined) return `Monitored interface ${iface} does not exist`;
  const name = link.over ?? (cutsAtDot(context) ? link.device.replace(/\..*/s, '') : link.device);
  const bond = await network.findBond(name);
  if (bond !== undefined) return findBondFault(bond, name);
  // The loopback interface always works, and nobody knows how to ask an InfiniBand link.
  if (iface.startsWith('lo') || iface.startsWith('ib') || (await network.findCarrier(iface)))
    return undefined;
  // Some cards notice a cable only once they were up.
  await network.bringUp(iface);
  if (await network.findCarrier(iface)) return undefined;
  return `No link on the public network interface ${iface}`;
}
