import { existsSync } from 'node:fs';
import { EventDaemonSwitch, type SwitchPlan } from '../switch/event-daemon.ts';
import { scriptStarterPath, scriptStarterSteps } from '../switch/script-starter.ts';
import { planScript } from '../switch/scripts.ts';
import type { Step } from '../switch/steps.ts';
import { checkFilesStep } from './check-files.ts';
import type { InstallPlaces } from './install-places.ts';
import { commandLinkSteps, rootToInstall, versionLinkSteps } from './own-links.ts';
import { enabledBuiltins, enablePlugins } from './plugin-links.ts';

/** How events reach plugins: through our event daemon, or by links under CTDB's own. */
export type Way = 'daemon' | 'links';

/**
 * The plan from a package that lies on the disk to a node that runs plugins at the next start of ctdb, or by links at once.
 *
 * @param plugins names of built-in plugins; if not given, those whose scripts are enabled
 * @throws SwitchError if that is not possible.
 */
export async function planInstall(
  places: InstallPlaces,
  { way, plugins }: { readonly way: Way; readonly plugins: readonly string[] | undefined },
): Promise<SwitchPlan> {
  const { eventDirectory } = places;
  const command = commandLinkSteps(places.commandLink);
  const names = plugins ?? enabledBuiltins(eventDirectory);
  const chosen = await (way === 'daemon' ? planDaemon(places, names) : planLinks(places, names));
  return {
    steps: [...checkFilesStep(), ...versionLinkSteps(), ...command.steps, ...chosen.steps],
    warnings: [...command.warnings, ...chosen.warnings],
  };
}

async function planDaemon(places: InstallPlaces, names: readonly string[]): Promise<SwitchPlan> {
  const { eventDirectory } = places;
  const enable = enablePlugins(eventDirectory, names, rootToInstall);
  const starter = scriptStarterPath(places.base);
  // Links that there are, of another ctdb-hook too, run this one.
  const links = existsSync(starter) ? scriptStarterSteps(starter, rootToInstall) : [];
  const on = (await EventDaemonSwitch.look({ ...places, root: rootToInstall })).planOn();
  return { steps: [...enable, ...links, ...on.steps], warnings: on.warnings };
}

async function planLinks(places: InstallPlaces, names: readonly string[]): Promise<SwitchPlan> {
  const link = await planScripts(places.eventDirectory, names, 'link');
  const off = (await EventDaemonSwitch.look({ ...places, root: rootToInstall })).planOff();
  return { steps: [...link.steps, ...off.steps], warnings: [...link.warnings, ...off.warnings] };
}

/** The plan that links or restores several scripts. The starter, which all links share, is made once. */
export async function planScripts(
  eventDirectory: string,
  names: readonly string[],
  action: 'link' | 'restore',
): Promise<SwitchPlan> {
  const steps = new Map<string, Step>();
  const warnings: string[] = [];
  for (const name of names) {
    const plan = await planScript(eventDirectory, name, action, rootToInstall);
    for (const step of plan.steps) if (!steps.has(step.what)) steps.set(step.what, step);
    warnings.push(...plan.warnings);
  }
  return { steps: [...steps.values()], warnings };
}
