import type { CommandOutcome } from '../../process/command-outcome.ts';
import { isIpv6 } from '../../events/address.ts';
import type { Block, Network } from '../network.ts';
import { type CommandRunner, describeFailure, showErrors } from './command-runner.ts';
import { liftBlocks } from './lift-blocks.ts';
import { nftBlock, nftUnblock } from './nft.ts';
import { iptablesOf, withLock } from './iptables.ts';

/**
 * Blocks by `iptables` and `ip6tables`, or by `nft` where they are not installed.
 *
 * @param deviceOf the kernel's name of an interface that has the address. An event may name the interface by an altname,
 *   but iptables compares the names in packets.
 */
export function firewallCommands(
  runner: CommandRunner,
  deviceOf: (where: Block) => string,
): Pick<Network, 'block' | 'unblock' | 'unblockAll'> {
  /** How to lift the blocks that were made here and not lifted yet. */
  const blocked = new Map<string, Lift>();
  return {
    async block(where) {
      const rule = { ...where, iface: deviceOf(where) };
      blocked.set(keyOf(where), async () => {
        const lifted = await deleteRule(rule, runner);
        if (lifted.ended === 'not-started') runner.log(stillBlocked(where.ip, lifted));
      });
      // A release that was killed may have left a rule.
      const deleted = await deleteRule(rule, runner);
      if (deleted.ended === 'not-started') {
        blocked.set(keyOf(where), () => nftUnblock(where.ip, runner));
        const added = await nftBlock(where.ip, runner);
        // All of it is one transaction. If it was ended it may be done all the same.
        const isNothingDone = !added.ok && (added.ended === 'not-started' || added.ended === 'exited');
        if (isNothingDone) blocked.set(keyOf(where), nothingToLift);
        return added.ok;
      }
      const added = await withLock((more) => runner.act(ruleCommand('-I', rule, more), { quiet: true }));
      showErrors(added, runner);
      return added.ok;
    },

    async unblock(where) {
      const lift = blocked.get(keyOf(where));
      // A block that was not made here was left by somebody else, in whatever way.
      if (lift === undefined) return liftBlocks([where.ip], runner);
      blocked.delete(keyOf(where));
      await lift();
    },

    unblockAll: (ips) => liftBlocks(ips, runner),
  };
}

type Lift = () => Promise<void>;

/** Nothing was blocked. */
const nothingToLift: Lift = () => Promise.resolve();

const keyOf = ({ iface, ip, packets }: Block): string => `${packets} ${ip} ${iface}`;

/** Deletes a rule. It is not reported if there was no such rule. */
async function deleteRule(where: Block, { undo, log }: CommandRunner): Promise<CommandOutcome> {
  const deleted = await withLock((more) => undo(ruleCommand('-D', where, more)));
  if (deleted.stdout !== '') log(deleted.stdout.replace(/\n$/, ''));
  if (!deleted.ok && deleted.ended !== 'not-started' && !noSuchRule.test(deleted.stderr))
    log(stillBlocked(where.ip, deleted));
  return deleted;
}

const stillBlocked = (ip: string, outcome: CommandOutcome): string =>
  `WARNING: packets to ${ip} may still be blocked: ${describeFailure(iptablesOf(ip), outcome)}`;

/** The message of iptables (legacy and nft) for a rule that does not exist, or whose chain does not. */
const noSuchRule = /does a matching rule exist|No chain\/target\/match by that name/;

function ruleCommand(
  operation: '-I' | '-D',
  { iface, ip, packets }: Block,
  more: readonly string[],
): [string, ...string[]] {
  const match = packets === 'all' ? [] : ['-p', 'tcp', '--syn'];
  const rule = ['INPUT', '-i', iface, '-d', ip, ...match, '-j', 'DROP'];
  return [isIpv6(ip) ? 'ip6tables' : 'iptables', ...more, operation, ...rule];
}
