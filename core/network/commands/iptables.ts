import type { CommandOutcome } from '../../process/command-outcome.ts';
import { isIpv6 } from '../../events/address.ts';

/** The command for rules of the address's family. */
export const iptablesOf = (ip: string): 'iptables' | 'ip6tables' => (isIpv6(ip) ? 'ip6tables' : 'iptables');

/** Its exit status where another one holds the lock, or the kernel was changed meanwhile; RESOURCE_PROBLEM of xtables. */
const isBusy = (outcome: CommandOutcome): boolean => outcome.ended === 'exited' && outcome.code === 4;

/** How long it waits for the lock, in seconds: a rule takes milliseconds, and several events may be about. */
const lockSeconds = '5';

/** Runs iptables, and where the lock is held once more such that it waits for that: older ones and busybox know no `-w`. */
export async function withLock(
  run: (more: readonly string[]) => Promise<CommandOutcome>,
): Promise<CommandOutcome> {
  const outcome = await run([]);
  return isBusy(outcome) ? run(['-w', lockSeconds]) : outcome;
}
