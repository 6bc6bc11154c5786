import { readFileSync } from 'node:fs';
import { isIpv6 } from '../../events/address.ts';
import { iptablesOf } from '../commands/iptables.ts';
import { liftRules } from '../commands/lift-blocks.ts';
import type { Network } from '../network.ts';
import { Firewall } from './firewall.ts';
import type { NetlinkSetting } from './setting.ts';

/** Blocks of new connections, through any interface. `blocked` holds the addresses that are blocked. */
export function netlinkFirewall(
  setting: NetlinkSetting,
  blocked: Set<string>,
): Pick<Network, 'block' | 'unblock' | 'unblockAll'> {
  const { kernel, step, attempt, ahead } = setting;
  const firewall = new Firewall(kernel);
  const lift = (work: () => void): void => {
    attempt(() => {
      // A kernel without nftables has no such blocks.
      if (kernel.hasNetfilter) work();
    });
  };
  return {
    block: ({ ip }) =>
      step(() =>
        attempt(() => {
          if (ahead === undefined) firewall.block(ip);
          else ahead.block(ip, firewall);
          blocked.add(ip);
        }),
      ),
    // This happens even if the event was told to stop: a change that is half done would be worse than either state.
    async unblock({ ip }) {
      const isOurs = blocked.delete(ip);
      lift(() => {
        if (ahead === undefined) firewall.unblock(ip);
        else ahead.unblock(ip, firewall);
      });
      if (!isOurs) await liftIptables([ip], setting, firewall);
    },
    async unblockAll(ips) {
      blocked.clear();
      lift(() => {
        firewall.unblockAll();
      });
      await liftIptables(ips, setting, firewall);
    },
  };
}

/**
 * Lifts the rules that CTDB's own script or the `commands` network left. iptables is only run where there may be such
 * rules.
 */
async function liftIptables(
  ips: readonly string[],
  { kernel, runner, attempt }: NetlinkSetting,
  firewall: Firewall,
): Promise<void> {
  const suspected = ips.filter((ip) => {
    let isSuspected = isInLegacyUse(ip, runner.paths.proc);
    if (!isSuspected && kernel.hasNetfilter)
      attempt(() => {
        isSuspected = firewall.mayHaveIptablesRule(ip);
      });
    return isSuspected;
  });
  for (const [tool, some] of Map.groupBy(suspected, iptablesOf)) await liftRules(tool, new Set(some), runner);
}

/**
 * Whether the older tables of iptables, which are not nftables, have a filter table. Only iptables can say which rules it
 * has.
 */
function isInLegacyUse(ip: string, proc: string): boolean {
  try {
    const tables = readFileSync(`${proc}/net/${isIpv6(ip) ? 'ip6' : 'ip'}_tables_names`, 'utf8');
    return tables.split('\n').includes('filter');
  } catch {
    return false; // Without the file they are not in use.
  }
}
