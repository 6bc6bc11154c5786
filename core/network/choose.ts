import { findProgram } from '../process/executable.ts';
import type { CommandRunner } from './commands/command-runner.ts';
import { createCommandsNetwork } from './commands/commands-network.ts';
import type { MakeNetwork } from './make-network.ts';
import type { NetworkName } from './network.ts';

/** The variable that chooses the implementation. */
const variable = 'CTDB_HOOK_NETWORK';

/** The implementations there are. */
const names: readonly NetworkName[] = ['commands', 'netlink'];

/**
 * Finds what makes the network that CTDB_HOOK_NETWORK asks for. Where that of netlink cannot be, it is that of commands,
 * and the network's `why` has the reason. Where ip is not to be found it is that of netlink.
 *
 * @param whenUnset What it is when nothing is said, or something that it cannot be.
 * @param tell Gets what is wrong with the choice, and undefined if nothing is.
 */
export async function chooseNetwork(
  environment: CommandRunner['environment'],
  whenUnset: NetworkName = 'commands',
  tell: (problem: string | undefined) => void = () => undefined,
): Promise<MakeNetwork> {
  const value = environment[variable] ?? '';
  const name = value === '' ? whenUnset : names.find((known) => known === value);
  tell(name === undefined ? faultOf(value, whenUnset) : undefined);
  if ((name ?? whenUnset) === 'netlink' || !isThere('ip', environment)) return netlinkIfPossible();
  return (runner, findTcpReset) => createCommandsNetwork(runner, findTcpReset);
}

/** Whether a command is found: without ip commands can do nothing at all. */
function isThere(command: string, environment: CommandRunner['environment']): boolean {
  try {
    findProgram(command, environment);
    return true;
  } catch {
    return false;
  }
}

const faultOf = (value: string, whenUnset: NetworkName): string =>
  `ERROR: ${variable} is ${JSON.stringify(value)}, expected ${names.join(' or ')}: ${whenUnset} stands in`;

/** Loaded only here: a hook process that uses commands has no need of it. */
async function netlinkIfPossible(): Promise<MakeNetwork> {
  const { openNetlink } = await import('./netlink/open-netlink.ts');
  const opened = await openNetlink();
  return typeof opened === 'string'
    ? (runner, findTcpReset) => createCommandsNetwork(runner, findTcpReset, opened)
    : opened;
}
