import type { TcpState } from './diag-message.ts';

/** Half-open connections have no process yet, and nobody counts them. */
export const halfOpen = ['synSent', 'synReceived', 'newSynReceived'] as const satisfies readonly TcpState[];

/** All that holds on to an address, but for listeners: also what one end or both have closed. */
export const bound = [
  ...halfOpen,
  'established',
  'finWait1',
  'finWait2',
  'closeWait',
  'lastAck',
  'closing',
] as const satisfies readonly TcpState[];

/** Why a socket was not destroyed: it is gone already, or is of the kind that older kernels do not destroy. */
export const harmless: readonly string[] = ['ENOENT', 'ENOTSUP'];
