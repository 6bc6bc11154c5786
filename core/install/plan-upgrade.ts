import { EventDaemonSwitch, type SwitchPlan } from '../switch/event-daemon.ts';
import { scriptStarterPath, scriptStarterSteps } from '../switch/script-starter.ts';
import { eventdOf, programOfStarter } from '../switch/starter.ts';
import { mustRun } from '../switch/program.ts';
import { packageRoot } from '../package/package-root.ts';
import type { Step } from '../switch/steps.ts';
import { checkFilesStep } from './check-files.ts';
import { isBesideThis } from './is-beside-this.ts';
import type { InstallPlaces } from './install-places.ts';
import { commandLinkSteps, rootToInstall, versionLinkSteps } from './own-links.ts';
import { renewPlugins } from './plugin-links.ts';

/** The plan, and how this node runs plugins. */
export interface UpgradePlan extends SwitchPlan {
  /** Through our event daemon. */
  readonly isOn: boolean;
  readonly hasLinks: boolean;
}

/**
 * The plan by which this version takes the place of another one, newer or older: the link between versions leads here from then on, and
 * what was put outside of the package is brought up to date. Where nothing is installed, nothing is; where another ctdb-hook is, as of
 * npm, it stays.
 *
 * @throws SwitchError if that is not possible.
 */
export async function planUpgrade(places: InstallPlaces): Promise<UpgradePlan> {
  const { eventDirectory, base } = places;
  const eventDaemon = await EventDaemonSwitch.look({ ...places, root: rootToInstall });
  const ofEventd = programOfStarter(eventDaemon.path, 'ours');
  const ofLinks = programOfStarter(scriptStarterPath(base), 'hook');
  const isOn = ofEventd !== undefined && isBesideThis(ofEventd);
  const hasLinks = ofLinks !== undefined && isBesideThis(ofLinks);
  const others = [
    ...(isOn || ofEventd === undefined ? [] : [`The event daemon stays ${ofEventd}: ${toMove}`]),
    ...(hasLinks || ofLinks === undefined ? [] : [`Links stay those of ${ofLinks}: ${toMove}`]),
  ];
  const on = isOn ? eventDaemon.planOn() : { steps: [], warnings: [] };
  const links = hasLinks ? scriptStarterSteps(scriptStarterPath(base), rootToInstall) : [];
  const plugins = renewPlugins(eventDirectory, rootToInstall);
  const version = versionLinkSteps();
  const isInstalled = isOn || hasLinks || plugins.length > 0 || version.length > 0;
  const command = isInstalled ? commandLinkSteps(places.commandLink) : { steps: [], warnings: [] };
  const steps = [...version, ...command.steps, ...plugins, ...links, ...on.steps];
  return {
    steps: steps.length === 0 ? [] : [...checkFilesStep(), checkStart(), ...steps],
    warnings: [...others, ...command.warnings, ...on.warnings],
    isOn,
    hasLinks,
  };
}

/** What an administrator does where npm, for example, has put the ctdb-hook that runs. */
const toMove = '"ctdb-hook install" has this one take its place';

/** Checks that this version's Node and its files start, before anything calls it. */
function checkStart(): Step {
  const eventd = eventdOf(packageRoot);
  return {
    what: `Check that ${eventd} starts`,
    take: async () => {
      await mustRun(eventd, '--help');
    },
    undo: () => undefined,
  };
}
