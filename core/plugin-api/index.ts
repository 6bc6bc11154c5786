/** Everything that `ctdb-hook` exports. */
export { definePlugin } from './plugin.ts';
export type {
  Handler,
  NoOptions,
  OptionsOf,
  OptionsSchema,
  Plugin,
  RawEvent,
  RawHandler,
  SystemConfigNode,
  TcpResetPolicy,
} from './plugin.ts';
export { Failure } from './failure.ts';
export { option, type OptionSchema, type WholeNumberRange } from './option.ts';
export { directoryOptions, findUnavailable, notAvailable } from './find-unavailable.ts';
export { sampleDirectories, type SampledDirectories } from './sample-directories.ts';
export { describeEnd } from '../process/describe-end.ts';
export { shellStatus } from '../process/shell-status.ts';
export { programStackTraces } from './program-stack-traces.ts';
export { findOwnAddresses } from './own-addresses.ts';
export { readAssignments } from './read-assignments.ts';
export { updateTickles } from './update-tickles.ts';
export type * from './context.ts';
export { healthy, unhealthy, type Health } from '../events/health.ts';
export { parseArguments } from '../events/arguments.ts';
export type { AddressMove, PublicAddress } from '../events/address.ts';
export type { AddressChanges } from '../events/changes.ts';
export type { Event, EventName, EventResult } from '../events/events.ts';
