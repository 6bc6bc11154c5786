import type { Family } from './family.ts';

/** The programs that run, and whether each is of the event alone. */
const live = new Map<Family, 'of event' | 'for longer'>();
let watcher: WatchFamilies = () => undefined;

/** Is told of a program by its process id: it starts, for the event that runs or for longer, or it has ended. */
export type WatchFamilies = (pid: number, state: 'of event' | 'for longer' | 'ended') => void;

/** Adds a running program to the list, until the returned function is called. */
export function addLiveFamily(family: Family, outlivesEvent = false): () => void {
  const lasts = outlivesEvent ? 'for longer' : 'of event';
  live.set(family, lasts);
  watcher(family.leader, lasts);
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
  for (const family of live.keys()) family.signal(signal);
}

/** Kills every program that runs for the event alone, with its children. The checks of samples go on. */
export function killFamiliesOfEvent(): void {
  for (const [family, lasts] of live) if (lasts === 'of event') family.signal('SIGKILL');
}
