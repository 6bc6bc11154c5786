import { findAllAddresses } from '../../core/network/netlink/find-all-addresses.ts';
import { findSockets, localPort } from '../../core/network/netlink/find-sockets.ts';
import { Firewall } from '../../core/network/netlink/firewall.ts';
import { openKernel } from '../../core/network/netlink/kernel.ts';
import { ifaces, port } from './addresses.ts';

/** The public addresses that the kernel has, as `eth1 192.0.2.11/24`. Equivalent to: `ip addr`. */
export async function findAddresses(): Promise<readonly string[]> {
  const addresses = (await findAllAddresses()).filter(({ ip }) => !ip.startsWith('fe80:'));
  return ifaces
    .flatMap((name) => addresses.filter(({ iface }) => iface === name))
    .map(({ iface, ip, maskBits }) => `${iface} ${ip}/${maskBits}`);
}

/** How many TCP connections the server has on an address. Equivalent to: `ss -tnH state established`. */
export async function countConnections(ip: string): Promise<number> {
  const { sockDiag } = await openKernel();
  return findSockets(sockDiag, ip, ['established']).filter((socket) => localPort(socket) === port).length;
}

/** Whether the firewall still blocks an address. Equivalent to: `nft get element inet ctdb_hook`. */
export async function isBlocked(ip: string): Promise<boolean> {
  return new Firewall(await openKernel()).findBlocked([ip]).has(ip);
}
