import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { commands } from '../commands/commands.ts';
import { makeDirectory } from '../files/make-directory.ts';
import { installedRoot } from '../package/installed-root.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { EventDaemonSwitch } from '../switch/event-daemon.ts';
import { askRunning } from '../switch/running.ts';
import { planScript, type ScriptAction } from '../switch/scripts.ts';
import { takeSteps } from '../switch/steps.ts';
import { ownDirectory } from '../links/event-directory-option.ts';
import { sayLine, warn } from '../links/output.ts';
import { carryOut } from './carry-out.ts';
import { sayErrors } from './say-errors.ts';
import { sayRestart } from './say-restart.ts';
import { systemdOfNode } from './systemd-of-node.ts';
import { UsageError } from '../links/usage-error.ts';

/**
 * `ctdb-hook switch on|off`: has ctdbd start our event daemon, or its own again, from its next start on.
 *
 * @returns 0 if it was done. 1 if it could not be done, and then nothing has changed; 1 as well if something else still has
 *   ctdbd start ours.
 */
export async function switchCommand(words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    options: commands.switch.options,
    allowPositionals: true,
  });
  const [to, ...more] = positionals;
  if ((to !== 'on' && to !== 'off') || more.length > 0)
    throw new UsageError('switch: expected ctdb-hook switch on, or off');
  const systemd = systemdOfNode();
  return sayErrors(async () => {
    const eventDaemon = await lookAtSwitch();
    const plan = to === 'on' ? eventDaemon.planOn() : eventDaemon.planOff();
    await carryOut(plan, values['dry-run']);
    if (values['dry-run']) return 0;
    const running = await askRunning(ctdbPaths(process.env).eventdSocket);
    await sayRestart(to, running, { isSystemd: systemd.isRunning, isRestartAsked: values.restart });
    // Each of these warnings is about something that may still start ours.
    return to === 'off' && plan.warnings.length > 0 ? 1 : 0;
  });
}

/**
 * `ctdb-hook before-start`: prepares the start of ctdbd. An update of CTDB or a boot may have undone two things: the switch
 * has to be on, and the directory in which ctdbd listens has to exist.
 *
 * @returns 0, or 1 if one of the two could not be done.
 */
export async function beforeStartCommand(words: string[]): Promise<number> {
  if (words.length > 0) throw new UsageError(`before-start: expected no words, got "${words.join(' ')}"`);
  const statuses = [
    await sayErrors(() => {
      makeSocketDirectory(dirname(ctdbPaths(process.env).ctdbdSocket));
      return Promise.resolve(0);
    }),
    await sayErrors(async () => {
      const { steps, warnings } = (await lookAtSwitch()).planOn();
      await takeSteps(steps, sayLine);
      for (const warning of warnings) warn(`WARNING: ${warning}`);
      return 0;
    }),
  ];
  return Math.max(...statuses);
}

/** Makes the directory in which ctdbd listens, as ctdb.service has others made (systemd.exec(5)). */
function makeSocketDirectory(directory: string): void {
  if (existsSync(directory)) return;
  sayLine(`Make ${directory}, in which ctdbd listens`);
  makeDirectory(directory, 0o755);
}

const lookAtSwitch = (): Promise<EventDaemonSwitch> => {
  const { helperDir, sysEtcDir } = ctdbPaths(process.env);
  return EventDaemonSwitch.look({ helperDir, sysEtcDir, systemd: systemdOfNode(), root: installedRoot });
};

/**
 * `ctdb-hook script link|disable|restore NN.name ...`: changes what CTDB's own event daemon finds in the event directory,
 * so that it stays through updates of CTDB.
 *
 * @returns 0, or 1 if a change could not be made; those that were named before it are made then.
 */
export async function scriptCommand(words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    options: commands.script.options,
    allowPositionals: true,
  });
  const [action, ...names] = positionals;
  if (!isScriptAction(action) || names.length === 0)
    throw new UsageError('script: expected ctdb-hook script link, disable or restore, and NN.name ...');
  return sayErrors(async () => {
    for (const name of names)
      await carryOut(await planScript(ownDirectory(), name, action, installedRoot), values['dry-run']);
    return 0;
  });
}

const isScriptAction = (word: string | undefined): word is ScriptAction =>
  word === 'link' || word === 'disable' || word === 'restore';
