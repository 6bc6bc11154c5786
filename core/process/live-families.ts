import type { Family } from './family.ts';

const live = new Set<Family>();
let watcher: WatchFamilies = () => undefined;

/**
 * What becomes of a program: it starts, for the event that goes on or for longer, or it has ended; by its process id.
 */
export type WatchFamilies = (pid: number, state: 'of event' | 'for longer' | 'ended') => void;

/** Remembers a program that runs, until the returned function is called. */
export function addLiveFamily(family: Family, outlivesEvent = false): () => void {
  live.add(family);
  watcher(family.leader, outlivesEvent ? 'for longer' : 'of event');
  return () => {
    live.delete(family);
    watcher(family.leader, 'ended');
  };
}

/** Tells of every program that starts and ends here from now on, by the pid of the program. */
export function watchLiveFamilies(watch: WatchFamilies): void {
  watcher = watch;
}

/**
 * Signals every program that runs here now, with its children: for a process that is told to end itself. Background
 * programs are exempt.
 */
export function signalLiveFamilies(signal: NodeJS.Signals): void {
  for (const family of live) family.signal(signal);
}
