/** The events that ctdbd raises, in an order in which it may, and where the addresses must be after each. */
export interface NodeEvent {
  readonly name: string;
  readonly args?: readonly string[];
  /** Where the kernel has addresses of public_addresses after it, `IP IFACE` each. */
  readonly then: readonly string[];
}

/** What a node has before its first event: an address that an earlier ctdbd left behind. */
export const leftOver = { ip: '10.0.0.1', maskBits: 24, iface: 'v0' } as const;

/** The public addresses of the node. */
export const publicAddresses = '10.0.0.1/24 v0,w0\n10.0.0.2/24 v0,w0\n';

/** Each event once, `takeip` for two addresses: the first moves and is released, the second is left for `shutdown`. */
export const nodeEvents: readonly NodeEvent[] = [
  { name: 'init', then: [] },
  { name: 'setup', then: [] },
  { name: 'startup', then: [] },
  { name: 'monitor', then: [] },
  { name: 'startrecovery', then: [] },
  { name: 'recovered', then: [] },
  { name: 'startipreallocate', then: [] },
  { name: 'takeip', args: ['v0', '10.0.0.1', '24'], then: ['10.0.0.1 v0'] },
  { name: 'takeip', args: ['v0', '10.0.0.2', '24'], then: ['10.0.0.1 v0', '10.0.0.2 v0'] },
  { name: 'updateip', args: ['v0', 'w0', '10.0.0.1', '24'], then: ['10.0.0.1 w0', '10.0.0.2 v0'] },
  { name: 'releaseip', args: ['w0', '10.0.0.1', '24'], then: ['10.0.0.2 v0'] },
  { name: 'ipreallocated', then: ['10.0.0.2 v0'] },
  { name: 'shutdown', then: [] },
];
