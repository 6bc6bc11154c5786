import type { CommandEnd } from './command-outcome.ts';
import type { FirstEnding } from './run-within-limits.ts';

/** How a program ended, in the form for those who run commands. */
export function commandEndOf(ending: FirstEnding): CommandEnd {
  switch (ending.kind) {
    case 'exited':
      return { ended: 'exited', ok: ending.code === 0, code: ending.code };
    case 'signalled':
      return { ended: 'signalled', ok: false, signal: ending.signal };
    case 'timed-out':
    case 'cancelled':
      return { ended: ending.kind, ok: false };
    case 'not-started':
      return { ended: 'not-started', ok: false, errno: ending.code };
  }
}
