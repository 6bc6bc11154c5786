import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { versionLink } from '../package/installed-root.ts';
import { packageRoot } from '../package/package-root.ts';
import { packagedAs } from '../package/packaged-as.ts';
import { occupantOf } from '../switch/occupant.ts';
import { hookOf } from '../switch/script-starter.ts';
import type { Step } from '../switch/steps.ts';
import { SwitchError } from '../switch/switch-error.ts';
import { linkSteps, removalStep } from './link-steps.ts';

/** The path by which all that is installed calls this package: the link between versions, or where it lies alone, its folder. */
export const rootToInstall: string = versionLink ?? packageRoot;

/**
 * The step after which the link beside the versions leads to this one: an upgrade and a downgrade are this rename.
 *
 * @throws SwitchError if something else than a link is there.
 */
export function versionLinkSteps(): Step[] {
  if (versionLink === undefined) return [];
  if (occupantOf(versionLink).kind === 'file')
    throw new SwitchError(`${versionLink} is no link: expected one to a version of ctdb-hook, or nothing`);
  const name = basename(packageRoot);
  return linkSteps(versionLink, name, `Have ${versionLink} lead to ${name}`);
}

/** The steps after which the command is in PATH, and a warning if another one is there. A package brings its own link. */
export function commandLinkSteps(path: string): { readonly steps: Step[]; readonly warnings: string[] } {
  const none = { steps: [], warnings: [] };
  if (packagedAs() !== 'tarball') return none;
  const hook = hookOf(rootToInstall);
  if (lstatSync(dirname(path), { throwIfNoEntry: false })?.isDirectory() !== true)
    return { ...none, warnings: [`There is no ${dirname(path)}: the command is ${hook}`] };
  const occupant = occupantOf(path);
  if (occupant.kind !== 'none' && !isOurs(path))
    return { ...none, warnings: [`${path} is another one and stays: the command is ${hook}`] };
  return { ...none, steps: linkSteps(path, hook, `Put the command at ${path}`) };
}

/** The steps that remove both links; a package's own stay, since they are its manager's. */
export function removeOwnLinks(commandLink: string): Step[] {
  if (packagedAs() !== 'tarball') return [];
  const steps: Step[] = [];
  if (isOurs(commandLink)) steps.push(removalStep(commandLink));
  if (versionLink !== undefined && occupantOf(versionLink).kind === 'link')
    steps.push(removalStep(versionLink));
  return steps;
}

/** Whether it is a link to the command of this or another version beside it, or one to where the link between versions was. */
function isOurs(path: string): boolean {
  const occupant = occupantOf(path);
  if (occupant.kind !== 'link') return false;
  if (occupant.target === hookOf(rootToInstall)) return true;
  try {
    return (
      dirname(dirname(dirname(realpathSync.native(path)))) === dirname(packageRoot) &&
      versionLink !== undefined
    );
  } catch {
    return false; // It dangles, and is somebody else's.
  }
}
