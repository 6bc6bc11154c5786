import type { CommandRunner } from './commands/command-runner.ts';
import { createCommandsNetwork } from './commands/commands-network.ts';
import type { Network } from './network.ts';
import type { FindTcpReset } from './tcp-reset.ts';

/** The variable that chooses the implementation. */
const variable = 'CTDB_HOOK_NETWORK';

/** CTDB_HOOK_NETWORK asks for an implementation that there is not. `message` names those that there are. */
export class NetworkChoiceError extends Error {
  override name = 'NetworkChoiceError';
}

/** The implementations there are; the first is used when nothing is said. */
const names = ['commands'] as const;

/**
 * Makes the network that CTDB_HOOK_NETWORK asks for.
 *
 * @param findTcpReset How connections are reset, by port.
 * @throws NetworkChoiceError if it asks for one that there is not.
 */
export function chooseNetwork(runner: CommandRunner, findTcpReset: FindTcpReset): Network {
  const value = runner.environment[variable] ?? '';
  const name = value === '' ? names[0] : names.find((known) => known === value);
  switch (name) {
    case 'commands':
      return createCommandsNetwork(runner, findTcpReset);
    case undefined:
      throw new NetworkChoiceError(`${variable} is ${JSON.stringify(value)}, expected ${names.join(' or ')}`);
  }
}
