import { hasProgram } from '../process/executable.ts';
import type { CommandRunner } from './commands/command-runner.ts';
import { createCommandsNetwork } from './commands/commands-network.ts';
import type { MakeNetwork } from './make-network.ts';
import type { NetworkName } from './network.ts';

/** The variable that chooses the implementation. */
const variable = 'CTDB_HOOK_NETWORK';

/** The implementations that exist. */
const names: readonly NetworkName[] = ['commands', 'netlink'];

/**
 * Finds the function that makes the network that CTDB_HOOK_NETWORK asks for. If `netlink` cannot be used, it makes
 * `commands`, and the network's `why` has the reason. If there is no `ip`, `netlink` is tried.
 *
 * @param whenUnset The network if the variable is unset or has a wrong value.
 * @param tell is told what is wrong with the value, or undefined if nothing is.
 */
export async function chooseNetwork(
  environment: CommandRunner['environment'],
  whenUnset: NetworkName = 'commands',
  tell: (problem: string | undefined) => void = () => undefined,
): Promise<MakeNetwork> {
  const value = environment[variable] ?? '';
  const name = value === '' ? whenUnset : names.find((known) => known === value);
  tell(name === undefined ? faultOf(value, whenUnset) : undefined);
  // Without `ip`, `commands` can do nothing at all.
  if ((name ?? whenUnset) === 'netlink' || !hasProgram('ip', environment)) return netlinkIfPossible();
  return (runner, findTcpReset, burst) => createCommandsNetwork(runner, findTcpReset, { burst });
}

const faultOf = (value: string, whenUnset: NetworkName): string =>
  `ERROR: ${variable} is ${JSON.stringify(value)}, expected ${names.join(' or ')}: ${whenUnset} stands in`;

/** Loads `netlink` only here: a hook process that uses `commands` does not need it. */
async function netlinkIfPossible(): Promise<MakeNetwork> {
  const { openNetlink } = await import('./netlink/open-netlink.ts');
  const opened = await openNetlink();
  return typeof opened === 'string'
    ? (runner, findTcpReset) => createCommandsNetwork(runner, findTcpReset, { why: opened })
    : opened;
}
