import { isIpv6 } from '../../events/address.ts';
import type { Network } from '../../network/network.ts';
import { askKernel, type DryNetworkSetting } from './dry-network-setting.ts';

/** The members that look: at addresses as they would be, and else at the kernel as it is. */
export function dryFinders(setting: DryNetworkSetting) {
  const { recorder, real, addresses, raised } = setting;
  return {
    findLink: (iface) => askKernel(setting, () => real.findLink(iface)),
    findCarrier: async (iface) => {
      if (raised.has(iface)) return recorder.end(`the carrier of ${iface}, after it was brought up`);
      return askKernel(setting, () => real.findCarrier(iface));
    },
    findBond: (device) => askKernel(setting, () => real.findBond(device)),
    findAddress: (ip, expected) =>
      addresses.hasChanged(ip)
        ? Promise.resolve(addresses.findHosted(ip))
        : askKernel(setting, () => real.findAddress(ip, expected)),
    findAddressState: (ip, timeoutMs) => {
      if (!addresses.hasChanged(ip)) return askKernel(setting, () => real.findAddressState(ip, timeoutMs));
      if (addresses.findHosted(ip) === undefined) return Promise.resolve('missing');
      if (isIpv6(ip)) recorder.assume(`duplicate address detection of ${ip}`, 'no other machine has it');
      return Promise.resolve('usable');
    },
    findAddresses: async (iface) =>
      addresses.changed(
        await askKernel(setting, () => real.findAddresses(iface)),
        (place) => place === iface,
      ),
    findAllAddresses: async () => addresses.changed(await askKernel(setting, () => real.findAllAddresses())),
    findConnections: (ip) => askKernel(setting, () => real.findConnections(ip)),
  } satisfies Partial<Network>;
}
