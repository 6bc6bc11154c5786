import type { EventName } from '../events/events.ts';

/** The events of a node's whole life, in which two addresses come, one moves and one goes, in the order of CTDB 4.21 and later. */
export const life: readonly EventName[] = [
  'init',
  'setup',
  'startrecovery',
  'recovered',
  'startup',
  'startipreallocate',
  'takeip',
  'takeip',
  'ipreallocated',
  'monitor',
  'startipreallocate',
  'releaseip',
  'updateip',
  'ipreallocated',
  'monitor',
  'shutdown',
];
