import type { Family } from './family.ts';

const live = new Set<Family>();
let watcher: WatchFamilies = () => undefined;

/** Is told of a program by its process id: it starts, for the event that runs or for longer, or it has ended. */
export type WatchFamilies = (pid: number, state: 'of event' | 'for longer' | 'ended') => void;

/** Adds a running program to the list, until the returned function is called. */
export function addLiveFamily(family: Family, outlivesEvent = false): () => void {
  live.add(family);
  watcher(family.leader, outlivesEvent ? 'for longer' : 'of event');
  return () => {
    live.delete(family);
    watcher(family.leader, 'ended');
  };
}

/** Sets who is told of every program that starts and ends here from now on, by its process id. */
export function watchLiveFamilies(watch: WatchFamilies): void {
  watcher = watch;
}

/**
 * Signals every program that runs here now, with its children. This is for a process that is told to end. Background
 * programs are not signalled.
 */
export function signalLiveFamilies(signal: NodeJS.Signals): void {
  for (const family of live) family.signal(signal);
}
