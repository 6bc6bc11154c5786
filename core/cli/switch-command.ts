import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { commands } from '../commands/commands.ts';
import { makeDirectory } from '../files/make-directory.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { EventDaemonSwitch, type SwitchPlan } from '../switch/event-daemon.ts';
import { restartCtdb } from '../switch/program.ts';
import { askRunning, type Running } from '../switch/running.ts';
import { planScript, type ScriptAction } from '../switch/scripts.ts';
import { SwitchError } from '../switch/switch-error.ts';
import { takeSteps } from '../switch/steps.ts';
import { ownDirectory } from '../links/event-directory-option.ts';
import { sayLine, warn } from '../links/output.ts';
import { isRestartDue } from './running-event-daemon.ts';
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
  const systemd = systemdOf();
  return sayErrors(async () => {
    const eventDaemon = await lookAtSwitch();
    const plan = to === 'on' ? eventDaemon.planOn() : eventDaemon.planOff();
    await carryOut(plan, values['dry-run']);
    if (values['dry-run']) return 0;
    const isDue = isDueFor(to, await askRunning(ctdbPaths(process.env).eventdSocket));
    await sayRestart(isDue, systemd.isRunning, values.restart);
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
  return EventDaemonSwitch.look({ helperDir, sysEtcDir, systemd: systemdOf() });
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
      await carryOut(await planScript(ownDirectory(), name, action), values['dry-run']);
    return 0;
  });
}

const isScriptAction = (word: string | undefined): word is ScriptAction =>
  word === 'link' || word === 'disable' || word === 'restore';

async function sayErrors(action: () => Promise<number>): Promise<number> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof SwitchError) && !(error instanceof Error && 'syscall' in error)) throw error;
    warn(`ctdb-hook: ${error.message}`);
    return 1;
  }
}

async function carryOut({ steps, warnings }: SwitchPlan, isDryRun: boolean): Promise<void> {
  if (isDryRun) {
    for (const { what } of steps) sayLine(`Would: ${what}`);
    if (steps.length === 0) sayLine('Nothing would be done: it is so already');
  } else {
    await takeSteps(steps, sayLine);
    if (steps.length === 0) sayLine('Nothing to do: it is so already');
  }
  for (const warning of warnings) warn(`WARNING: ${warning}`);
}

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

async function sayRestart(
  isDue: boolean | undefined,
  isSystemd: boolean,
  isRestartAsked: boolean,
): Promise<void> {
  if (isDue === false) return;
  if (isDue === true && isRestartAsked) {
    sayLine('Restart ctdb');
    await restartCtdb();
    return;
  }
  const how = isSystemd ? 'systemctl restart ctdb' : 'ctdb shutdown, and start ctdbd again';
  sayLine(
    isDue === true
      ? `Not done: a restart of ctdb, from which on it counts: ${how}`
      : `It counts from the next start of ctdb on`,
  );
}

/** Where systemd's settings are, and whether it runs. In CTDB's test mode they are below CTDB_BASE. */
function systemdOf() {
  const { base, sysEtcDir } = ctdbPaths(process.env);
  const below = process.env['CTDB_TEST_MODE'] === undefined ? '' : base;
  return {
    directory: join(sysEtcDir, 'systemd', 'system'),
    isRunning: existsSync(`${below}/run/systemd/system`),
  };
}
