import { readBond } from '../read-bond.ts';
import type { Burst } from '../burst.ts';
import type { CommandRunner } from '../commands/command-runner.ts';
import { findConnections as findConnectionsBySs } from '../commands/find-connections.ts';
import { flushRouteCaches } from '../kernel-settings.ts';
import type { Connection, Network } from '../network.ts';
import type { FindTcpReset } from '../tcp-reset.ts';
import { AheadAddresses } from '../ahead-addresses.ts';
import { netlinkAddresses, NoSuchDevice } from './addresses.ts';
import { BurstAhead } from './burst-ahead.ts';
import { connectionOf, findSockets } from './find-sockets.ts';
import { findKernelAddress } from './find-address.ts';
import { SeenLinks } from './find-link.ts';
import { netlinkFirewall } from './netlink-firewall.ts';
import type { Kernel } from './kernel.ts';
import { kernelAhead } from './kernel-ahead.ts';
import { KernelError } from './kernel-error.ts';
import { netlinkLinks } from './links.ts';
import { SocketReset } from './reset-sockets.ts';
import type { NetlinkSetting } from './setting.ts';
import { SocketError } from './transport.ts';

/**
 * The network by messages to the kernel, from this process. Each call is synchronous inside and ends within
 * `receiveTimeoutMs`. It may block this process while another process holds the kernel's RTNL lock.
 */
export function createNetlinkNetwork(
  kernel: Kernel,
  runner: CommandRunner,
  findTcpReset: FindTcpReset,
  burst?: Burst,
): Network {
  const { log, paths, signal } = runner;
  const step: NetlinkSetting['step'] = (work) =>
    new Promise((resolve) => {
      signal.throwIfAborted();
      resolve(work());
    });
  const attempt: NetlinkSetting['attempt'] = (change, quiet = false) => {
    const failure = failureOf(change);
    if (failure !== undefined && !quiet) log(failure);
    return failure === undefined;
  };
  const ahead = burst && aheadOf(kernel, burst);
  const links = ahead?.links ?? new SeenLinks(() => kernel.route);
  const setting = { kernel, links, runner, findTcpReset, step, attempt, ahead };
  const sockets = new SocketReset(setting);
  const blocked = new Set<string>();
  const firewall = netlinkFirewall(setting, blocked);
  const addresses = netlinkAddresses(setting, (ip) => {
    sockets.sweep(ip);
  });
  const aheadAddresses = aheadAddressesOf(kernel);
  const port = kernelAhead(setting, destroyStale);
  return {
    name: 'netlink',
    ...netlinkLinks(setting),
    findBond: (device) => readBond(paths.proc, device),
    ...addresses,
    addAddress: (address) => aheadAddresses.add(address, burst, port, addresses.addAddress),
    flushRoutes: () =>
      step(() => {
        flushRouteCaches(paths.proc);
      }),
    ...firewall,

    findConnections: async (ip) =>
      // If the kernel does not list sockets, as without its module tcp_diag, ss reads /proc.
      (await step(() => findConnections(ip, setting))) ?? findConnectionsBySs(ip, runner),
    resetConnections: (target) => sockets.reset(target, blocked.has(target.ip)),
    resetStragglers: (target) => step(() => sockets.finish(target)),
    destroyStale: (ip) =>
      step(() => {
        if (!aheadAddresses.isOn(ip)) destroyStale(ip);
      }),
  };

  function destroyStale(ip: string): void {
    // The order matters: with many addresses their list takes long, and there is seldom a socket.
    if (sockets.areThere(ip) && findKernelAddress(kernel.route, ip).length === 0) sockets.destroyAll(ip);
  }
}

const aheadOfKernels = new WeakMap<Kernel, AheadAddresses>();

/** The addresses that were put on ahead. All networks of a process share them. */
function aheadAddressesOf(kernel: Kernel): AheadAddresses {
  const known = aheadOfKernels.get(kernel) ?? new AheadAddresses();
  aheadOfKernels.set(kernel, known);
  return known;
}

const aheads = new WeakMap<Burst, BurstAhead>();

/** What is known about a burst. All networks of its events share it. */
function aheadOf(kernel: Kernel, burst: Burst): BurstAhead {
  const ahead = aheads.get(burst) ?? new BurstAhead(kernel, burst);
  aheads.set(burst, ahead);
  return ahead;
}

function findConnections(ip: string, { kernel, attempt }: NetlinkSetting): Connection[] | undefined {
  let found: Connection[] | undefined;
  attempt(() => {
    found = findSockets(kernel.sockDiag, ip, ['established']).map(connectionOf);
  });
  return found;
}

function failureOf(change: () => void): string | undefined {
  try {
    change();
    return undefined;
  } catch (error) {
    if (error instanceof KernelError || error instanceof SocketError || error instanceof NoSuchDevice)
      return error.message;
    throw error;
  }
}
