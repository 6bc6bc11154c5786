import type { PublicAddress } from '../../events/address.ts';
import { type AheadPort, aheadS } from '../ahead-addresses.ts';
import { shownAddresses } from '../shown-addresses.ts';
import type { CommandRunner } from './command-runner.ts';

/** Addresses that are put on ahead, by `ip addr`. */
export function aheadCommands({ run, act, undo }: CommandRunner): AheadPort {
  const find = async () =>
    shownAddresses((await run(['ip', '-6', '-j', 'addr', 'show', 'deprecated'])).stdout, 'ahead') ?? [];
  return {
    find,
    async putOn(addresses) {
      const before = await find();
      for (const address of addresses) {
        const isOn = before.some(({ ip }) => ip === address.ip);
        await act([...change(isOn ? 'replace' : 'add', address), ...isAhead], { quiet: true });
      }
      const found = await find();
      return addresses.filter(({ ip }) => found.some((one) => one.ip === ip));
    },
    keep: async (address) => (await act([...change('replace', address), ...isKept])).ok,
    async takeOff(addresses) {
      for (const address of addresses) await undo(change('del', address));
    },
  };
}

const change = (what: 'add' | 'replace' | 'del', { ip, maskBits, iface }: PublicAddress) =>
  ['ip', 'addr', what, `${ip}/${maskBits}`, 'dev', iface] as const;

/** Without a route to the subnet: that would have an end, too, and would be the route of other addresses as well. */
const isAhead = ['valid_lft', `${aheadS}`, 'preferred_lft', '0', 'noprefixroute'];
const isKept = ['valid_lft', 'forever', 'preferred_lft', 'forever'];
