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
      const [, detected] = /Link detected: (\w+)/.exec((await run(['ethtool', iface])).stdout) ?? [];
      if (detected !== undefined) return detected === 'yes';
      // For devices without a cable (dummy, WireGuard, VRF) ethtool says nothing, and ethtool may be missing.
      const link = await run(['ip', '-br', 'link', 'show', iface]);
      return /<(?:\S*,)?LOWER_UP(?:,\S*)?>/.test(link.stdout);
    },

    async bringUp(iface) {
      return (await act(['ip', 'link', 'set', iface, 'up'])).ok;
    },
  };
}
