import * as z from 'zod';
import { isInstalled } from './prerequisites.ts';
import { ifaces, port } from './addresses.ts';
import { run } from './command.ts';

const Shown = z.array(
  z.object({
    ifname: z.string(),
    addr_info: z.array(z.object({ local: z.string(), prefixlen: z.number(), scope: z.string() })),
  }),
);

/** The public addresses that the kernel has, as `eth1 192.0.2.11/24`. Equivalent to: `ip addr`. */
export async function findAddresses(): Promise<readonly string[]> {
  const shown = Shown.parse(JSON.parse(await run(['ip', '-json', 'addr', 'show'])));
  return shown
    .filter(({ ifname }) => ifaces.some((iface) => iface === ifname))
    .flatMap(({ ifname, addr_info }) =>
      addr_info
        .filter(({ scope }) => scope === 'global')
        .map(({ local, prefixlen }) => `${ifname} ${local}/${prefixlen}`),
    );
}

/** How many TCP connections the server has on an address. Equivalent to: `ss -tnH state established`. */
export async function countConnections(ip: string): Promise<number> {
  const rows = await run(['ss', '-tnH', 'state', 'established', `src [${ip}] and sport = :${port}`]);
  return rows.split('\n').filter((row) => row !== '').length;
}

/** What blocks an address while it is released: what the hook prefers of what is installed. */
export const firewall = isInstalled('iptables') ? 'iptables' : 'nft';

/** What the firewall still says of an address; nothing, if it is not blocked. */
export async function findBlocks(ip: string): Promise<readonly string[]> {
  const command = ip.includes(':') ? 'ip6tables' : 'iptables';
  const rules = await run(firewall === 'nft' ? ['nft', 'list', 'ruleset'] : [command, '-S', 'INPUT']);
  return rules.split('\n').filter((rule) => rule.includes(ip));
}
