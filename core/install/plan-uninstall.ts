import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import { EventDaemonSwitch, type SwitchPlan } from '../switch/event-daemon.ts';
import { changedScripts } from '../switch/changed-scripts.ts';
import { scriptStarterPath } from '../switch/script-starter.ts';
import { programOfStarter } from '../switch/starter.ts';
import type { Step } from '../switch/steps.ts';
import { isBesideThis } from './is-beside-this.ts';
import type { InstallPlaces } from './install-places.ts';
import { removalStep } from './link-steps.ts';
import { removeOwnLinks, rootToInstall } from './own-links.ts';
import { planScripts } from './plan-install.ts';
import { disablePlugins } from './plugin-links.ts';

/** The plan, and whether what is installed on this node is another ctdb-hook, as of npm, which it leaves alone. */
export interface UninstallPlan extends SwitchPlan {
  readonly isOfAnother: boolean;
}

/**
 * The plan after which the node is as it was before `install`: CTDB's own event daemon and scripts are in their places, and nothing calls
 * this package.
 *
 * @param isPurge whether the history goes too
 * @throws SwitchError if CTDB's own is missing.
 */
export async function planUninstall(places: InstallPlaces, isPurge: boolean): Promise<UninstallPlan> {
  const { eventDirectory, base, caches, kept, commandLink } = places;
  const eventDaemon = await EventDaemonSwitch.look({ ...places, root: rootToInstall });
  const others = [
    programOfStarter(eventDaemon.path, 'ours'),
    programOfStarter(scriptStarterPath(base), 'hook'),
  ].filter((program) => program !== undefined && !isBesideThis(program));
  if (others.length > 0)
    return {
      steps: removeOwnLinks(commandLink),
      warnings: others.map((program) => `${program} stays: it is of another ctdb-hook`),
      isOfAnother: true,
    };
  const off = eventDaemon.planOff();
  const scripts = await planScripts(eventDirectory, await changedScripts(eventDirectory), 'restore');
  const folders = [...caches, ...(isPurge ? [kept] : [])].filter((path) => existsSync(path));
  return {
    steps: [
      ...off.steps,
      ...scripts.steps,
      ...disablePlugins(eventDirectory),
      ...removeStarter(scriptStarterPath(base)),
      ...removeOwnLinks(commandLink),
      ...folders.map(removeFolder),
    ],
    warnings: [...off.warnings, ...scripts.warnings],
    isOfAnother: false,
  };
}

/** Removes the starter of links, and the folders that were made for it. */
function removeStarter(path: string): Step[] {
  if (!existsSync(path)) return [];
  const removal = removalStep(path);
  return [
    {
      ...removal,
      take: async () => {
        await removal.take();
        for (const folder of [dirname(path), dirname(dirname(path))])
          if (readdirSync(folder).length === 0) rmdirSync(folder);
      },
      undo: async () => {
        makeDirectory(dirname(path), 0o755);
        await removal.undo();
      },
    },
  ];
}

/** What is in it can be deleted at any time, or was asked for: nothing puts it back. */
const removeFolder = (path: string): Step => ({
  what: `Remove ${path}`,
  take: () => {
    rmSync(path, { recursive: true, force: true });
  },
  undo: () => undefined,
});
