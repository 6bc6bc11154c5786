import { writeFileSync } from 'node:fs';

/**
 * Sets the name of this process for ps, top, pgrep, pidof and the journal, 15 characters at most; proc(5), comm.
 *
 * Node's own name is `MainThread`, by which nobody finds an event daemon. The command line stays as it is. Without /proc
 * there is no name.
 */
export function nameProcess(name: string): void {
  try {
    writeFileSync('/proc/self/comm', name);
  } catch {
    // The name is for people. Its failure is no reason to end.
  }
}
