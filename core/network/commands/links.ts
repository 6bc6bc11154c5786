import type { Network } from '../network.ts';
import type { CommandRunner } from './command-runner.ts';

/** Links by `ip link` and `ethtool`. */
export function linkCommands({
  run,
  act,
}: CommandRunner): Pick<Network, 'findLink' | 'findCarrier' | 'bringUp'> {
  return {
    async findLink(iface) {
      const { ok, stdout } = await run(['ip', '-br', 'link', 'show', iface]);
      if (!ok) return undefined;
      const [name = ''] = stdout.trimStart().split(/\s/, 1);
      const [device = '', over] = name.split('@');
      return { device: device === '' ? iface : device, ...(over === undefined ? {} : { over }) };
    },

    async findCarrier(iface) {
      return (await run(['ethtool', iface])).stdout.includes('Link detected: yes');
    },

    async bringUp(iface) {
      return (await act(['ip', 'link', 'set', iface, 'up'])).ok;
    },
  };
}
