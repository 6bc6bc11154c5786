import { symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { builtinNames } from '../event-directory/builtin.ts';
import { pluginFileOf } from '../event-directory/plugin-file.ts';
import { isHookLink } from '../event-directory/read-event-directory.ts';
import { Dpkg } from './dpkg.ts';
import type { Occupant } from './occupant.ts';
import { scriptStarterPath, scriptStarterSteps } from './script-starter.ts';
import { StandIn } from './stand-in.ts';
import type { SwitchPlan } from './event-daemon.ts';
import { SwitchError } from './switch-error.ts';

/** The possible changes of a script of an event directory. */
export type ScriptAction = 'link' | 'disable' | 'restore';

/**
 * The plan by which `NN.name.script` becomes a link to ctdb-hook, disappears, or becomes CTDB's own again.
 *
 * @param root the folder of the package to which links lead in the end
 * @throws SwitchError if the name is not that of a script, or the present file is somebody else's.
 */
export async function planScript(
  directory: string,
  name: string,
  action: ScriptAction,
  root: string,
): Promise<SwitchPlan> {
  if (!/^\d\d\.[\w.-]+$/.test(name) || name.endsWith('.script'))
    throw new SwitchError(`"${name}" is no script: expected NN.name, such as 10.interface`);
  const path = join(directory, `${name}.script`);
  if (action === 'link') requirePlugin(path, name);
  const starter = scriptStarterPath(join(directory, '../..'));
  const dpkg = await dpkgOf(path);
  const standIn = await StandIn.look({
    path,
    what: `CTDB’s own ${name}.script`,
    dpkg,
    judge: judgeLink(path, action, starter),
    make:
      action === 'disable'
        ? undefined
        : (draft) => {
            symlinkSync(starter, draft);
          },
    made: 'a link to ctdb-hook',
  });
  if (action === 'link')
    return { steps: [...scriptStarterSteps(starter, root), ...standIn.stepsOn()], warnings: [] };
  if (action === 'disable') return { steps: standIn.stepsOn(), warnings: [] };
  // A link of an administrator has replaced CTDB's, or CTDB's client has removed it.
  const isMissing = !standIn.isKept && standIn.isOn && (await dpkg?.packageOf(path)) !== undefined;
  const warnings = isMissing
    ? [`${path} is not there then, which is enabled by ctdb event script enable legacy ${name}`]
    : [];
  return { steps: standIn.stepsOff(), warnings };
}

/** Checks that there is a plugin. At a link without one, CTDB's own event daemon would fail every event. */
function requirePlugin(path: string, name: string): void {
  if (pluginFileOf(path, name) !== undefined || builtinNames().includes(name)) return;
  throw new SwitchError(
    `there is no plugin ${name}.ts in ${dirname(path)}, nor a built-in ${name}: expected one for ${basename(path)} to run`,
  );
}

/** Judges what is at the path. A link to any ctdb-hook is ours. For `link`, a link to the starter is exactly right. */
const judgeLink =
  (path: string, action: ScriptAction, starter: string) =>
  (occupant: Occupant): 'current' | 'ours' | 'theirs' => {
    if (occupant.kind !== 'link') return 'theirs';
    if (action === 'link' && occupant.target === starter) return 'current';
    return isHookLink(path) ? 'ours' : 'theirs';
  };

/** dpkg, if the event directory belongs to one of its packages: this or the next version may bring any script enabled. */
async function dpkgOf(path: string): Promise<Dpkg | undefined> {
  const dpkg = await Dpkg.find();
  if (dpkg === undefined) return undefined;
  const isKnown =
    (await dpkg.diversionOf(path)) !== undefined || (await dpkg.packageOf(dirname(path))) !== undefined;
  return isKnown ? dpkg : undefined;
}
