import type { CommandOutcome } from '../../process/command-outcome.ts';
import { isIpv6 } from '../../events/address.ts';

/** The iptables command for the address's family. */
export const iptablesOf = (ip: string): 'iptables' | 'ip6tables' => (isIpv6(ip) ? 'ip6tables' : 'iptables');

/** Whether another process held the lock, or changed the rules meanwhile. The exit status is RESOURCE_PROBLEM of xtables. */
const isBusy = (outcome: CommandOutcome): boolean => outcome.ended === 'exited' && outcome.code === 4;

/** How long iptables waits for the lock, in seconds. A rule takes milliseconds, and several events may run at once. */
const lockSeconds = '5';

/**
 * Runs iptables. If the lock is held, it runs it once more with `-w`, which waits for the lock. The first run has no `-w`,
 * since older versions and busybox do not know it.
 */
export async function withLock(
  run: (more: readonly string[]) => Promise<CommandOutcome>,
): Promise<CommandOutcome> {
  const outcome = await run([]);
  return isBusy(outcome) ? run(['-w', lockSeconds]) : outcome;
}
