import { Daemon } from './daemon.ts';
import { daemonUsage, DaemonOptionsError, readDaemonOptions } from './daemon-options.ts';
import type { Signals } from './signals.ts';

/** Runs the event daemon to its end and returns the exit status. If it cannot start, it says why on standard error. */
export async function eventdMain(
  words: readonly string[],
  signals: Signals,
  warn: (text: string) => void,
): Promise<number> {
  if (words.includes('--help')) {
    warn(daemonUsage);
    return 0;
  }
  try {
    const daemon = await Daemon.start(readDaemonOptions(words), signals);
    await daemon.ended;
    return 0;
  } catch (error) {
    warn(`ctdb-eventd: ${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof DaemonOptionsError) warn(daemonUsage);
    return 1;
  }
}
