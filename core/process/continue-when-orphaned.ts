import { loadLibc } from './libc.ts';

/** From <linux/prctl.h>. */
const PR_SET_PDEATHSIG = 1;

/** From <signal.h> of Linux on x64 and arm64. */
const SIGCONT = 18;

/**
 * Has this process, if it is stopped then, continued when the process that started it ends, as prctl(2) does: a stopped
 * process does not notice that its parent is gone. A process that runs notices nothing of it; nothing is lost if the parent
 * has ended already.
 *
 * Not SIGKILL: the kernel sends the signal when the thread that started this process ends, and a process that is killed
 * cannot end what it has started itself.
 *
 * Where koffi does not load, or the kernel refuses, a stopped process stays behind; so does one that is stopped before it
 * comes here.
 */
export async function continueWhenOrphaned(): Promise<void> {
  try {
    const libc = await loadLibc();
    libc.call('prctl', PR_SET_PDEATHSIG, SIGCONT, 0, 0, 0);
  } catch {
    return; // It goes without.
  }
}
