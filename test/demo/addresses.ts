import type { PublicAddress } from '../../core/try/public-address.ts';

// All addresses are from the ranges that are for documentation.

/** The address that a client is connected to when it is released. */
export const released: PublicAddress = { ip: '192.0.2.11', maskBits: '24' };

/** The address that moves to another interface under a connected client. */
export const moved: PublicAddress = { ip: '192.0.2.12', maskBits: '24' };

/** The address that stays where it is. */
export const kept: PublicAddress = { ip: '2001:db8::13', maskBits: '64' };

/** The interfaces for public addresses. */
export const ifaces = ['eth1', 'eth2'] as const;

/** The client's own addresses. */
export const clientAddresses: readonly PublicAddress[] = [
  { ip: '192.0.2.100', maskBits: '24' },
  { ip: '2001:db8::100', maskBits: '64' },
];

/** The port of the server on the public addresses: that of NFS. */
export const port = 2049;
