import type { TcpState } from './diag-message.ts';

/** The states of half-open connections. These have no process yet, and are not counted. */
export const halfOpen = ['synSent', 'synReceived', 'newSynReceived'] as const satisfies readonly TcpState[];

/** The states of all sockets that are bound to an address, except listeners. One end or both may have closed them. */
export const bound = [
  ...halfOpen,
  'established',
  'finWait1',
  'finWait2',
  'closeWait',
  'lastAck',
  'closing',
] as const satisfies readonly TcpState[];

/** The codes of failures that do no harm: the socket is gone already, or is of a kind that older kernels do not destroy. */
export const harmless: readonly string[] = ['ENOENT', 'ENOTSUP'];
