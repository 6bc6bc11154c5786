import { setTimeout as sleep } from 'node:timers/promises';
import { isIpv6, type PublicAddress } from '../../events/address.ts';
import { promoteSecondaries } from '../kernel-settings.ts';
import type { AddressState, HostedAddress, NamedAddress, Network } from '../network.ts';
import type { CommandRunner } from './command-runner.ts';

/** How long to wait before looking again whether an address is still tentative. */
const pollMs = 250;

/** Addresses by `ip addr`. */
export function addressCommands(
  runner: CommandRunner,
): Pick<
  Network,
  'findAddress' | 'findAddressState' | 'findAddresses' | 'findAllAddresses' | 'addAddress' | 'deleteAddress'
> {
  const { run, act, paths, signal } = runner;
  return {
    async findAddress(ip, expectedIface) {
      const hosted = parseBrief((await run(['ip', '-br', 'addr', 'show', 'to', ip])).stdout, ip);
      if (hosted.length === 0 || expectedIface === undefined) return hosted[0];
      const expected = hosted.find(({ device }) => device === expectedIface);
      if (expected !== undefined) return expected;
      // Not its name, but it may be one of its altnames.
      const shown = await run(['ip', '-br', 'addr', 'show', 'to', ip, 'dev', expectedIface]);
      const [aliased] = parseBrief(shown.stdout, ip);
      return aliased === undefined ? hosted[0] : { ...aliased, iface: expectedIface };
    },

    async findAddressState(ip, timeoutMs) {
      const end = performance.now() + timeoutMs;
      for (;;) {
        // Not with -br, which leaves the flags out.
        const state = parseState((await run(['ip', 'addr', 'show', 'to', ip])).stdout);
        if (state !== 'tentative' || performance.now() >= end) return state;
        await sleep(pollMs, undefined, { signal });
      }
    },

    findAddresses: (iface) => list(['dev', iface]),
    findAllAddresses: () => list([]),

    async addAddress(address) {
      const broadcast = isIpv6(address.ip) ? [] : ['brd', '+'];
      return (await act(['ip', 'addr', 'add', cidr(address), ...broadcast, 'dev', address.iface])).ok;
    },

    async deleteAddress(address, options = { quiet: false }) {
      promoteSecondaries(paths.proc, address.device);
      return (await act(['ip', 'addr', 'del', cidr(address), 'dev', address.iface], options)).ok;
    },
  };

  async function list(which: readonly string[]): Promise<readonly NamedAddress[]> {
    return parseJson((await run(['ip', '-j', 'addr', 'show', ...which])).stdout);
  }
}

const cidr = ({ ip, maskBits }: PublicAddress): string => `${ip}/${maskBits}`;

/** Reads lines `eth0.7@eth0  UP  10.0.0.1/24`, one for each interface. */
function parseBrief(output: string, ip: string): HostedAddress[] {
  return output.split('\n').flatMap((line) => {
    const [name = '', , ...addresses] = line.split(/\s+/);
    const maskBits = addresses
      .map((address) => /\/(\d+)$/.exec(address)?.[1])
      .find((bits) => bits !== undefined);
    const device = name.replace(/@.*/, '');
    return maskBits === undefined ? [] : [{ iface: device, device, ip, maskBits: Number(maskBits) }];
  });
}

function parseState(output: string): AddressState {
  if (output.trim() === '') return 'missing';
  if (/\bdadfailed\b/.test(output)) return 'duplicate';
  return /\btentative\b/.test(output) ? 'tentative' : 'usable';
}

/** Reads `[{"ifname":"eth0","altnames":["lan"],"addr_info":[{"local":"10.0.0.1","prefixlen":24}]}]`. */
function parseJson(output: string): NamedAddress[] {
  if (output.trim() === '') return [];
  const links = JSON.parse(output) as readonly ShownLink[];
  return links.flatMap(({ ifname = '', altnames = [], addr_info: addresses = [] }) =>
    addresses.flatMap(({ local, prefixlen: maskBits }) => {
      if (local === undefined || maskBits === undefined) return [];
      const named = { iface: ifname, ip: local, maskBits };
      return [altnames.length === 0 ? named : { ...named, altnames }];
    }),
  );
}

/** An interface as `ip -j` shows it; iproute2 before 5.0 also shows empty ones. */
interface ShownLink {
  readonly ifname?: string;
  readonly altnames?: readonly string[];
  readonly addr_info?: readonly { readonly local?: string; readonly prefixlen?: number }[];
}
