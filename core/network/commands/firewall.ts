import { isIpv6 } from '../../events/address.ts';
import type { Block, Network } from '../network.ts';
import type { CommandRunner } from './command-runner.ts';
import { nftBlock, nftUnblock } from './nft.ts';

/** A shell's exit status for a command that is not there. */
const notFound = 127;

/** Blocks by `iptables` and `ip6tables`; by `nft` where they are not installed. */
export function firewallCommands(runner: CommandRunner): Pick<Network, 'block' | 'unblock' | 'unblockAll'> {
  return {
    async block(where) {
      // A killed release may have left one.
      const code = await deleteRule(where, runner);
      return code === notFound ? nftBlock(where.ip, runner) : (await runner.act(iptables('-I', where))).ok;
    },

    async unblock(where) {
      const code = await deleteRule(where, runner);
      if (code === notFound) await nftUnblock(where.ip, runner);
    },

    // What iptables has is known by interface and address only; takeip and updateip lift that.
    unblockAll: () => Promise.resolve(),
  };
}

/** Answers the exit status. That there was no such rule is not worth a word. */
async function deleteRule(where: Block, { undo, log }: CommandRunner): Promise<number> {
  const { code, stdout } = await undo(iptables('-D', where));
  if (stdout !== '') log(stdout.replace(/\n$/, ''));
  return code;
}

function iptables(operation: '-I' | '-D', { iface, ip, packets }: Block): [string, ...string[]] {
  const match = packets === 'all' ? [] : ['-p', 'tcp', '--syn'];
  const rule = ['INPUT', '-i', iface, '-d', ip, ...match, '-j', 'DROP'];
  return [isIpv6(ip) ? 'ip6tables' : 'iptables', operation, ...rule];
}
