import type { AddressChanges } from 'ctdb-hook';
import { notifyInBackground } from './statd.ts';
import type { NfsContext } from './nfs-context.ts';
import { serviceName } from './release.ts';

/** Remembers that `takeip` or `releaseip` came for this address, whatever becomes of it. */
export function noteHeard({ state }: NfsContext, ip: string | undefined): void {
  if (ip !== undefined && !hasHeard(state, ip)) state['heard'] = `${heardOf(state)}${ip} `;
}

/** Remembers that NFS has to be reconfigured at the next `ipreallocated`. */
export function noteReconfigure({ state }: NfsContext): void {
  state['reconfigure'] = true;
}

/** Reconfigures NFS, once for all the addresses that were taken or released since it was done last. */
export async function reconfigureIfNeeded(changes: AddressChanges, context: NfsContext): Promise<void> {
  const { log, replaced, state } = context;
  if (state['reconfigure'] === true || missedAny(changes, state)) {
    log(`Reconfiguring service "${serviceName(replaced)}"...`);
    await notifyInBackground(context);
  }
  delete state['reconfigure'];
  delete state['heard'];
  state['settled'] = true;
}

/**
 * Whether an address came or went without an event of ours, as when ctdbd skips `takeip` because the address is there.
 *
 * An address that only changed its interface has lost no locks, and to a plugin that is new on this node every address
 * looks taken.
 */
function missedAny({ taken, released, retaken }: AddressChanges, state: NfsContext['state']): boolean {
  if (state['settled'] !== true) return false;
  return [...taken, ...released, ...retaken].some(({ ip }) => !hasHeard(state, ip));
}

/** One text, each address between spaces: it is read and written at each of a thousand events, and a list takes longer. */
const heardOf = ({ heard }: NfsContext['state']): string => (typeof heard === 'string' ? heard : ' ');

const hasHeard = (state: NfsContext['state'], ip: string): boolean => heardOf(state).includes(` ${ip} `);
