import type { PublicAddress } from './public-address.ts';

// All are from the ranges that are for documentation.

/** The public addresses of the node. IPv6 would take a second each time, in which the kernel looks for duplicates. */
export const publicAddresses: readonly PublicAddress[] = [
  { ip: '192.0.2.11', maskBits: '24' },
  { ip: '192.0.2.12', maskBits: '24' },
];

/** The interfaces of the node. */
export const ifaces = ['eth1', 'eth2'] as const;

/** The client's own addresses. */
export const clientAddresses: readonly PublicAddress[] = [{ ip: '192.0.2.100', maskBits: '24' }];

/** The port of the server to which the client connects, where the plugin declares none: that of NFS. */
export const usualPort = 2049;
