import { writeFileSync } from 'node:fs';

/**
 * Gives this process the name by which ps, top, pgrep, pidof and the journal know it, 15 characters at most; proc(5), comm.
 *
 * Node leaves it `MainThread`, in which nobody finds an event daemon. Its command line stays. Without /proc it has no name.
 */
export function nameProcess(name: string): void {
  try {
    writeFileSync('/proc/self/comm', name);
  } catch {
    // It is for people to read, and no reason to end.
  }
}
