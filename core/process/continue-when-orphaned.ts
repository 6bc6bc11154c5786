import { loadLibc } from './libc.ts';

/** From <linux/prctl.h>. */
const PR_SET_PDEATHSIG = 1;

/** From <signal.h> of Linux on x64 and arm64. */
const SIGCONT = 18;

/**
 * Has the kernel continue this process (SIGCONT, prctl(2)) when the process that started it ends. A stopped process does
 * not notice that its parent is gone. A running process is not affected. If the parent has ended already, nothing is lost.
 *
 * The signal is not SIGKILL: the kernel sends it when the thread that started this process ends, and a killed process
 * cannot end what it has started.
 *
 * If koffi does not load, or the kernel refuses, a stopped process stays behind. So does a process that is stopped before
 * this call.
 */
export async function continueWhenOrphaned(): Promise<void> {
  try {
    const libc = await loadLibc();
    libc.call('prctl', PR_SET_PDEATHSIG, SIGCONT, 0, 0, 0);
  } catch {
    return; // It works without this.
  }
}
