import { isIpv6 } from '../../events/address.ts';
import type { Block, Network } from '../network.ts';
import type { CommandRunner } from './command-runner.ts';
import { nftBlock, nftUnblock } from './nft.ts';

/** Blocks by `iptables` and `ip6tables`; by `nft` where they are not installed. */
export function firewallCommands(runner: CommandRunner): Pick<Network, 'block' | 'unblock' | 'unblockAll'> {
  return {
    async block(where) {
      // A killed release may have left one.
      const isIptables = await deleteRule(where, runner);
      return isIptables ? (await runner.act(iptables('-I', where))).ok : nftBlock(where.ip, runner);
    },

    async unblock(where) {
      const isIptables = await deleteRule(where, runner);
      if (!isIptables) await nftUnblock(where.ip, runner);
    },

    // What iptables has is known by interface and address only; takeip and updateip lift that.
    unblockAll: () => Promise.resolve(),
  };
}

/** Answers whether there is an iptables. That there was no such rule is not worth a word. */
async function deleteRule(where: Block, { undo, log }: CommandRunner): Promise<boolean> {
  const deleted = await undo(iptables('-D', where));
  if (deleted.stdout !== '') log(deleted.stdout.replace(/\n$/, ''));
  return deleted.ended !== 'not-started';
}

function iptables(operation: '-I' | '-D', { iface, ip, packets }: Block): [string, ...string[]] {
  const match = packets === 'all' ? [] : ['-p', 'tcp', '--syn'];
  const rule = ['INPUT', '-i', iface, '-d', ip, ...match, '-j', 'DROP'];
  return [isIpv6(ip) ? 'ip6tables' : 'iptables', operation, ...rule];
}
