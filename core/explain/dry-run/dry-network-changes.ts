import { isIpv6, type PublicAddress } from '../../events/address.ts';
import type { Network } from '../../network/network.ts';
import { inShell } from './command-words.ts';
import { askKernel, type DryNetworkSetting } from './dry-network-setting.ts';

/** The members that change something: each is noted, as the command that does the same. */
export function dryChanges(setting: DryNetworkSetting) {
  const { recorder, real, addresses, raised } = setting;
  const note = (what: string): void => {
    recorder.note({ word: 'would run', kind: 'network', what });
  };
  /** A change that may fail. Nearly all that follows depends on that. */
  const attempt = (what: string): Promise<boolean> => {
    note(what);
    recorder.assume(what, 'it succeeds');
    return Promise.resolve(true);
  };
  return {
    bringUp: (iface) => {
      raised.add(iface);
      return attempt(inShell(['ip', 'link', 'set', iface, 'up']));
    },
    addAddress: (address) => {
      addresses.put(address);
      return attempt(addCommand(address));
    },
    deleteAddress: ({ ip, maskBits, iface }, { quiet } = { quiet: false }) => {
      addresses.remove(ip);
      const what = inShell(['ip', 'addr', 'del', `${ip}/${maskBits}`, 'dev', iface]);
      if (!quiet) return attempt(what);
      note(what); // Whether it succeeds is of no interest to who does not even want to see why not.
      return Promise.resolve(true);
    },
    flushRoutes: () => {
      note('sysctl net.ipv4.route.flush=1 net.ipv6.route.flush=1');
      return Promise.resolve();
    },
    block: ({ ip, iface, packets }) =>
      attempt(`block ${packets === 'all' ? 'all packets' : packets} to ${ip} through ${iface}`),
    unblock: ({ ip }) => {
      note(`unblock ${ip}, if it is blocked`);
      return Promise.resolve();
    },
    unblockAll: (ips) => {
      note(`unblock ${ips.join(', ')}, where they are blocked`);
      return Promise.resolve();
    },
    async *resetConnections({ ip }) {
      const found = await askKernel(setting, () => real.findConnections(ip));
      if (found?.length === 0) return;
      const what = `reset ${found === undefined ? 'the' : found.length} connections to ${ip}`;
      note(what);
      // What would be said of it is left out: nobody can know how many are reset.
      recorder.assume(what, 'none is left');
    },
    resetStragglers: () => Promise.resolve(undefined),
    destroyStale: async (ip) => {
      if (real.name === 'commands' || (await real.findAddress(ip)) !== undefined) return;
      note(`destroy sockets that are still bound to ${ip}, if there are any`);
    },
  } satisfies Partial<Network>;
}

const addCommand = ({ ip, maskBits, iface }: PublicAddress): string =>
  inShell(['ip', 'addr', 'add', `${ip}/${maskBits}`, ...(isIpv6(ip) ? [] : ['brd', '+']), 'dev', iface]);
