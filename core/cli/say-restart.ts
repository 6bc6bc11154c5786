import { sayLine } from '../links/output.ts';
import { restartCtdb } from '../switch/program.ts';
import type { Running } from '../switch/running.ts';
import { isRestartDue } from './running-event-daemon.ts';

/**
 * Says which restart of ctdb has what was switched take effect, or restarts it if it is due and that was asked for.
 *
 * @throws SwitchError if ctdb does not start.
 */
export async function sayRestart(
  to: 'on' | 'off',
  running: Running,
  { isSystemd, isRestartAsked }: { readonly isSystemd: boolean; readonly isRestartAsked: boolean },
): Promise<void> {
  const isDue = isDueFor(to, running);
  if (isDue === false) return;
  if (isDue === true && isRestartAsked) {
    sayLine('Restart ctdb');
    await restartCtdb();
    return;
  }
  sayLine(
    isDue === true
      ? `Not done: a restart of ctdb, from which on it counts: ${howToRestart(isSystemd)}`
      : `It counts from the next start of ctdb on`,
  );
}

/** The command that restarts ctdb on this node. */
export const howToRestart = (isSystemd: boolean): string =>
  isSystemd ? 'systemctl restart ctdb' : 'ctdb shutdown, and start ctdbd again';

/**
 * Whether the running event daemon differs from the one that the next start brings. Undefined if none runs, or it cannot be
 * told.
 */
function isDueFor(to: 'on' | 'off', running: Running): boolean | undefined {
  switch (running.kind) {
    case 'ours':
      return to === 'off' || isRestartDue(running.about);
    case 'stock':
      return to === 'on';
    case 'none':
    case 'unknown':
      return undefined;
  }
}
