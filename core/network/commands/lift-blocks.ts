import { type CommandRunner, describeFailure, isMissing } from './command-runner.ts';
import { iptablesOf, withLock } from './iptables.ts';
import { nftLift } from './nft.ts';

/**
 * Lifts the blocks of these addresses that a killed process left: rules of iptables by CTDB's own script or by us, on any
 * interface and for any packets, and elements of the sets that our two networks have in nftables.
 */
export async function liftBlocks(ips: readonly string[], runner: CommandRunner): Promise<void> {
  for (const [tool, some] of Map.groupBy(ips, iptablesOf)) await liftRules(tool, new Set(some), runner);
  if (ips.length > 0) await nftLift(ips, runner);
}

/** Lifts the rules of iptables only. */
export async function liftRules(
  tool: 'iptables' | 'ip6tables',
  ips: ReadonlySet<string>,
  { undo, log }: CommandRunner,
): Promise<void> {
  const listed = await withLock((more) => undo([tool, ...more, '-S', 'INPUT']));
  if (isMissing(listed)) return;
  if (!listed.ok) {
    log(`WARNING: nobody knows which packets are blocked: ${describeFailure(tool, listed)}`);
    return;
  }
  for (const line of listed.stdout.split('\n')) {
    const [, ip = ''] = leftRule.exec(line) ?? [];
    if (!ips.has(ip)) continue;
    const words = line.split(' ').slice(1);
    const deleted = await withLock((more) => undo([tool, ...more, '-D', ...words]));
    if (!deleted.ok) log(`WARNING: packets to ${ip} may still be blocked: ${describeFailure(tool, deleted)}`);
  }
}

/** A rule as `iptables -S` shows it. It is for all packets, or for those that begin a connection. */
const leftRule =
  /^-A INPUT -d ([^/ ]+)\/(?:32|128) -i \S+ (?:-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN )?-j DROP$/;
