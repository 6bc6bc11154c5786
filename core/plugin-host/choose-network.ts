import { findAllAddresses } from '../network/netlink/find-all-addresses.ts';
import { openNetlink } from '../network/netlink/open-netlink.ts';
import type { NamedAddress } from '../network/network.ts';

/** The network of a plugin host. */
export interface HostNetwork {
  /** The network in words, for the log: `netlink`, or `commands` and why. */
  readonly inWords: string;
  /** Lists all addresses of the node; undefined if commands have to ask the kernel. */
  readonly listAddresses: () => Promise<readonly NamedAddress[] | undefined>;
}

/** Finds out which network plugins get by default. This is done once for a host. */
export async function chooseHostNetwork(environment: NodeJS.ProcessEnv): Promise<HostNetwork> {
  if (environment['CTDB_HOOK_NETWORK'] === 'commands')
    return {
      inWords: 'commands, as CTDB_HOOK_NETWORK says',
      listAddresses: () => Promise.resolve(undefined),
    };
  const opened = await openNetlink();
  return {
    inWords: typeof opened === 'string' ? `commands, not netlink: ${opened}` : 'netlink',
    // If this fails, commands may succeed, and they say more about a failure.
    listAddresses: () => findAllAddresses().catch(() => undefined),
  };
}
