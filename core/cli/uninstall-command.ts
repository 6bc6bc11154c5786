import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { commands } from '../commands/commands.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import type { InstallPlaces } from '../install/install-places.ts';
import { planUninstall } from '../install/plan-uninstall.ts';
import { sayLine } from '../links/output.ts';
import { askRunning, type Running } from '../switch/running.ts';
import { SwitchError } from '../switch/switch-error.ts';
import { carryOut } from './carry-out.ts';
import { installPlacesOfNode } from './install-places-of-node.ts';
import { sayErrors } from './say-errors.ts';
import { howToRestart } from './say-restart.ts';

/**
 * `ctdb-hook uninstall`: has everything as it was before `install`.
 *
 * @returns 0 if it was done; 1 if it could not be done, as while our event daemon runs, and then nothing has changed.
 */
export async function uninstallCommand(words: string[]): Promise<number> {
  const { values } = parseArgs({ args: words, options: commands.uninstall.options });
  return sayErrors(async () => {
    const places = installPlacesOfNode();
    const running = await askRunning(ctdbPaths(process.env).eventdSocket);
    const plan = await planUninstall(places, values.purge);
    const why = plan.isOfAnother ? undefined : whyNot(running, places);
    if (why !== undefined && !values['dry-run']) throw new SwitchError(why);
    await carryOut(plan, values['dry-run']);
    if (why !== undefined) sayLine(`Not now: ${why}`);
    else if (!values.purge && existsSync(places.kept))
      sayLine(`${places.kept} stays, with the history of this node`);
    return why === undefined ? 0 : 1;
  });
}

/** Why it cannot be done now; undefined if it can. */
function whyNot(running: Running, { systemd }: InstallPlaces): string | undefined {
  switch (running.kind) {
    case 'stock':
    case 'none':
      return undefined;
    case 'ours':
      return `ctdbd runs the event daemon of ctdb-hook ${running.about.version}, which has this node's addresses: switch back first (ctdb-hook switch off, then ${howToRestart(systemd.isRunning)}; other nodes have its addresses meanwhile), then uninstall`;
    case 'unknown':
      return `it cannot be told which event daemon ctdbd runs: ${running.why}; stop ctdb, or see ctdb-hook status`;
  }
}
