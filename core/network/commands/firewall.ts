import { isIpv6 } from '../../events/address.ts';
import type { Block, Network } from '../network.ts';
import type { CommandRunner, RunnerOutcome } from './command-runner.ts';
import { nftBlock, nftUnblock } from './nft.ts';

/** A shell's exit status for a command that is not there. */
const notFound = 127;

/** Blocks by `iptables` and `ip6tables`; by `nft` where they are not installed. */
export function firewallCommands(runner: CommandRunner): Pick<Network, 'block' | 'unblock'> {
  return {
    async block(where) {
      // A killed release may have left one.
      const { code } = await iptables('-D', where, runner);
      return code === notFound ? nftBlock(where.ip, runner) : (await iptables('-I', where, runner)).ok;
    },

    async unblock(where) {
      const { code } = await iptables('-D', where, runner);
      if (code === notFound) await nftUnblock(where.ip, runner);
    },
  };
}

async function iptables(
  operation: '-I' | '-D',
  { iface, ip, packets }: Block,
  { act, log }: CommandRunner,
): Promise<RunnerOutcome> {
  const tool = isIpv6(ip) ? 'ip6tables' : 'iptables';
  const match = packets === 'all' ? [] : ['-p', 'tcp', '--syn'];
  const rule = ['INPUT', '-i', iface, '-d', ip, ...match, '-j', 'DROP'];
  if (operation === '-I') return act([tool, operation, ...rule]);
  // That there was no such rule is not worth a word.
  const outcome = await act([tool, operation, ...rule], { quiet: true });
  if (outcome.stdout !== '') log(outcome.stdout.replace(/\n$/, ''));
  return outcome;
}
