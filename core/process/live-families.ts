import type { Family } from './family.ts';

const live = new Set<Family>();

/** Remembers a program that runs, until the returned function is called. */
export function addLiveFamily(family: Family): () => void {
  live.add(family);
  return () => live.delete(family);
}

/**
 * Signals every program that runs here now, with its children: for a process that is told to end itself. Background
 * programs are exempt.
 */
export function signalLiveFamilies(signal: NodeJS.Signals): void {
  for (const family of live) family.signal(signal);
}
