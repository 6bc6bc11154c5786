import type { AddressChanges } from 'ctdb-hook';
import * as z from 'zod';
import { notifyInBackground } from './statd.ts';
import type { NfsContext } from './nfs-context.ts';

/** Remembers that `takeip` or `releaseip` came for this address, whatever becomes of it. */
export function noteHeard({ state }: NfsContext, ip: string | undefined): void {
  const heard = heardAddresses(state);
  if (ip !== undefined && !heard.includes(ip)) state['heard'] = [...heard, ip];
}

/** Remembers that NFS has to be reconfigured at the next `ipreallocated`. */
export function noteReconfigure({ state }: NfsContext): void {
  state['reconfigure'] = true;
}

/** Reconfigures NFS, once for all the addresses that were taken or released since it was done last. */
export async function reconfigureIfNeeded(changes: AddressChanges, context: NfsContext): Promise<void> {
  const { log, state } = context;
  if (state['reconfigure'] === true || missedAny(changes, state)) {
    log('Reconfiguring service "nfs"...');
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
  const heard = heardAddresses(state);
  return [...taken, ...released, ...retaken].some(({ ip }) => !heard.includes(ip));
}

const heardAddresses = (state: NfsContext['state']): readonly string[] =>
  z.array(z.string()).safeParse(state['heard']).data ?? [];
