import type { Family } from './family.ts';

const live = new Set<Family>();
let watcher: (pid: number, isAlive: boolean) => void = () => undefined;

/** Remembers a program that runs, until the returned function is called. */
export function addLiveFamily(family: Family): () => void {
  live.add(family);
  watcher(family.leader, true);
  return () => {
    live.delete(family);
    watcher(family.leader, false);
  };
}

/** Tells of every program that starts and ends here from now on, by the pid of the program. */
export function watchLiveFamilies(watch: (pid: number, isAlive: boolean) => void): void {
  watcher = watch;
}

/**
 * Signals every program that runs here now, with its children: for a process that is told to end itself. Background
 * programs are exempt.
 */
export function signalLiveFamilies(signal: NodeJS.Signals): void {
  for (const family of live) family.signal(signal);
}
