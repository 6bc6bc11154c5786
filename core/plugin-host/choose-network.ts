import { findAllAddresses } from '../network/netlink/find-all-addresses.ts';
import { openNetlink } from '../network/netlink/open-netlink.ts';
import type { NamedAddress } from '../network/network.ts';

/** The network of a plugin host. */
export interface HostNetwork {
  /** For the log: `netlink`, or `commands` and why. */
  readonly inWords: string;
  /** All addresses of the node; undefined if the kernel has to be asked by commands. */
  readonly listAddresses: () => Promise<readonly NamedAddress[] | undefined>;
}

/** Finds out which network plugins get where nothing else is said, once for a host. */
export async function chooseHostNetwork(environment: NodeJS.ProcessEnv): Promise<HostNetwork> {
  if (environment['CTDB_HOOK_NETWORK'] === 'commands')
    return {
      inWords: 'commands, as CTDB_HOOK_NETWORK says',
      listAddresses: () => Promise.resolve(undefined),
    };
  const opened = await openNetlink();
  return {
    inWords: typeof opened === 'string' ? `commands, not netlink: ${opened}` : 'netlink',
    // What fails once may work by commands, which say more of why it does not.
    listAddresses: () => findAllAddresses().catch(() => undefined),
  };
}
