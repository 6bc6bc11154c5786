import { once } from 'node:events';
import type { CommandOutcome } from '../../process/command-outcome.ts';
import { readBond } from '../read-bond.ts';
import { flushRouteCaches } from '../kernel-settings.ts';
import { AheadAddresses } from '../ahead-addresses.ts';
import type { Burst } from '../burst.ts';
import { AddressCopies } from '../address-copies.ts';
import type { Network } from '../network.ts';
import type { FindTcpReset } from '../tcp-reset.ts';
import { addressCommands } from './addresses.ts';
import { aheadCommands } from './ahead-commands.ts';
import type { CommandRunner } from './command-runner.ts';
import { findConnections } from './find-connections.ts';
import { firewallCommands } from './firewall.ts';
import { linkCommands } from './links.ts';
import { resetConnections, resetStragglers } from './reset-connections.ts';

/** The addresses that were put on ahead. All networks of a process share them. */
const aheadAddresses = new AheadAddresses();

/** The network by the commands of CTDB's own scripts, in forms that old and minimal tools accept. */
export function createCommandsNetwork(
  given: CommandRunner,
  findTcpReset: FindTcpReset,
  { why, burst }: { readonly why?: string; readonly burst?: Burst | undefined } = {},
): Network {
  const runner = stoppable(given);
  const { proc } = runner.paths;
  const copies = new AddressCopies();
  const addresses = addressCommands(runner, copies);
  return {
    name: 'commands',
    ...(why === undefined ? {} : { why }),
    ...linkCommands(runner),
    findBond: (device) => readBond(proc, device),
    ...addresses,
    // Nothing waits behind the last of several events: it has no burst. A hook process has never put anything on ahead.
    addAddress: (address) =>
      burst === undefined && !aheadAddresses.isOn(address.ip)
        ? addresses.addAddress(address)
        : aheadAddresses.add(address, burst, aheadCommands(runner), addresses.addAddress),
    flushRoutes() {
      flushRouteCaches(proc);
      return Promise.resolve();
    },
    ...firewallCommands(runner, ({ ip, iface }) => copies.deviceOf(ip, iface)),
    findConnections: (ip) => findConnections(ip, runner),
    resetConnections: (target) => resetConnections(target, findTcpReset, runner),
    resetStragglers: (target) => resetStragglers(target, runner),
    destroyStale: () => Promise.resolve(),
  };
}

/**
 * Rejects if the event was told to stop. An answer that was cut short is no answer: an incomplete list of connections does
 * not say that there are no others.
 */
function stoppable(runner: CommandRunner): CommandRunner {
  const { run, act, signal } = runner;
  const unlessStopped = async (outcome: CommandOutcome): Promise<CommandOutcome> => {
    // These commands have no timeout of their own. The event's deadline may pass a moment before its signal comes.
    const isOver = outcome.ended === 'timed-out' || outcome.ended === 'cancelled';
    if (isOver && !signal.aborted) await once(signal, 'abort');
    signal.throwIfAborted();
    return outcome;
  };
  return {
    ...runner,
    run: async (...request) => unlessStopped(await run(...request)),
    act: async (...request) => unlessStopped(await act(...request)),
  };
}
