import { readBond } from '../bond.ts';
import { flushRouteCaches } from '../kernel-settings.ts';
import type { Network } from '../network.ts';
import type { FindTcpReset } from '../tcp-reset.ts';
import { addressCommands } from './addresses.ts';
import type { CommandRunner } from './command-runner.ts';
import { findConnections } from './find-connections.ts';
import { firewallCommands } from './firewall.ts';
import { linkCommands } from './links.ts';
import { resetConnections, resetStragglers } from './reset-connections.ts';

/** The network by the commands that CTDB's own scripts use, in forms that old and minimal tools take. */
export function createCommandsNetwork(
  given: CommandRunner,
  findTcpReset: FindTcpReset,
  why?: string,
): Network {
  const runner = stoppable(given);
  const { proc } = runner.paths;
  return {
    name: 'commands',
    ...(why === undefined ? {} : { why }),
    ...linkCommands(runner),
    findBond: (device) => readBond(proc, device),
    ...addressCommands(runner),
    flushRoutes() {
      flushRouteCaches(proc);
      return Promise.resolve();
    },
    ...firewallCommands(runner),
    findConnections: (ip) => findConnections(ip, runner),
    resetConnections: (target) => resetConnections(target, findTcpReset, runner),
    resetStragglers: (target) => resetStragglers(target, runner),
    destroyStale: () => Promise.resolve(),
  };
}

/** An answer cut short is none: a list of connections that was not finished does not say that there are none. */
function stoppable(runner: CommandRunner): CommandRunner {
  const { run, act, signal } = runner;
  return {
    ...runner,
    run: async (...request) => {
      const outcome = await run(...request);
      signal.throwIfAborted();
      return outcome;
    },
    act: async (...request) => {
      const outcome = await act(...request);
      signal.throwIfAborted();
      return outcome;
    },
  };
}
