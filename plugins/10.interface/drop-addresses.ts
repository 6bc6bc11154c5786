import type { HostedAddress, PublicAddresses } from 'ctdb-hook';
import { blockOf } from './block.ts';
import type { InterfaceContext } from './options.ts';

/** Takes every public address off that is still on an interface, as a killed ctdbd leaves them. */
export async function dropAddresses({ ips }: PublicAddresses, context: InterfaceContext): Promise<void> {
  const { network, log } = context;
  for (const ip of ips) {
    const hosted = await network.findAddress(ip);
    if (hosted === undefined) continue;
    log(`Removing public address ${ip}/${hosted.maskBits} from device ${hosted.iface}`);
    // CTDB's own commands only delete here: a client that sends nothing then waits for the tickles of the next node.
    if (network.name === 'netlink') await dropWithConnections(hosted, context);
    else await network.deleteAddress(hosted, { quiet: true });
  }
}

/** As at a release, but nothing is said and nothing fails: the next address must be dropped as well. */
async function dropWithConnections(hosted: HostedAddress, context: InterfaceContext): Promise<void> {
  const { network, options } = context;
  const { iface, ip } = hosted;
  const target = { iface, ip, useSsKill: options.CTDB_KILLTCP_USE_SS_KILL };
  const block = blockOf(iface, ip, context);
  try {
    await network.block(block);
    for await (const _outcome of network.resetConnections(target));
    await network.deleteAddress(hosted, { quiet: true });
    await network.resetStragglers(target);
  } finally {
    await network.unblock(block);
  }
}
