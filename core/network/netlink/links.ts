import type { Network } from '../network.ts';
import { NoSuchDevice } from './addresses.ts';
import { findKernelLink } from './find-link.ts';
import { setLinkUp } from './link-message.ts';
import type { NetlinkSetting } from './setting.ts';

/** Links by rtnetlink. */
export function netlinkLinks({
  kernel,
  links,
  step,
  attempt,
}: NetlinkSetting): Pick<Network, 'findLink' | 'findCarrier' | 'bringUp'> {
  return {
    findLink: (iface) =>
      step(() => {
        const link = findKernelLink(kernel.route, iface);
        if (link === undefined) return undefined;
        const over = link.over === undefined ? undefined : findKernelLink(kernel.route, link.over)?.name;
        return { device: link.name, ...(over === undefined ? {} : { over }) };
      }),

    findCarrier: (iface) => step(() => findKernelLink(kernel.route, iface)?.hasCarrier ?? false),

    bringUp: (iface) =>
      step(() =>
        attempt(() => {
          const link = links.look(iface);
          if (link === undefined) throw new NoSuchDevice(iface);
          if (link.isUp) return;
          kernel.route.change(setLinkUp(link.index));
          links.forget(link);
        }),
      ),
  };
}
