import { findAllAddresses } from '../network/netlink/find-all-addresses.ts';
import { findSockets, localPort } from '../network/netlink/find-sockets.ts';
import { Firewall } from '../network/netlink/firewall.ts';
import { openKernel } from '../network/netlink/kernel.ts';

/** The addresses that the kernel has on these interfaces, as `eth1 192.0.2.11/24`, without those of a link alone. Equivalent to: `ip addr`. */
export async function findAddresses(ifaces: readonly string[]): Promise<readonly string[]> {
  const addresses = (await findAllAddresses()).filter(({ ip }) => !ip.startsWith('fe80:'));
  return ifaces
    .flatMap((name) => addresses.filter(({ iface }) => iface === name))
    .map(({ iface, ip, maskBits }) => `${iface} ${ip}/${maskBits}`);
}

/** How many TCP connections a server at this port has on an address. Equivalent to: `ss -tnH state established`. */
export async function countConnections(ip: string, port: number): Promise<number> {
  const { sockDiag } = await openKernel();
  return findSockets(sockDiag, ip, ['established']).filter((socket) => localPort(socket) === port).length;
}

/** Whether the firewall still blocks an address. Equivalent to: `nft get element inet ctdb_hook`. */
export async function isBlocked(ip: string): Promise<boolean> {
  return new Firewall(await openKernel()).findBlocked([ip]).has(ip);
}
