import { afterStop } from './after-stop.ts';
import { beforeStart } from './before-start.ts';
import { check } from './check.ts';
import { completion } from './completion.ts';
import type { Command } from './command.ts';
import { events } from './events.ts';
import { explain } from './explain.ts';
import { follow } from './follow.ts';
import { giveUp } from './give-up.ts';
import { help } from './help.ts';
import { history } from './history.ts';
import { install } from './install.ts';
import { list } from './list.ts';
import { load } from './load.ts';
import { newPlugin } from './new.ts';
import { node } from './node.ts';
import { reconcile } from './reconcile.ts';
import { run } from './run.ts';
import { script } from './script.ts';
import { simulate } from './simulate.ts';
import { status } from './status.ts';
import { switchTo } from './switch.ts';
import { timeline } from './timeline.ts';
import { tryPlugin } from './try.ts';
import { uninstall } from './uninstall.ts';
import { upgrade } from './upgrade.ts';

/** All commands of `ctdb-hook`, in the order in which help shows them. */
export const commands = {
  status,
  list,
  history,
  timeline,
  follow,
  explain,
  simulate,
  check,
  reconcile,
  run,
  events,
  install,
  upgrade,
  uninstall,
  switch: switchTo,
  script,
  'give-up': giveUp,
  'before-start': beforeStart,
  'after-stop': afterStop,
  new: newPlugin,
  try: tryPlugin,
  node,
  help,
  completion,
  load,
} as const satisfies Readonly<Record<string, Command>>;

export type CommandName = keyof typeof commands;

/** Whether ctdb-hook has this command. */
export const isCommandName = (word: string): word is CommandName => Object.hasOwn(commands, word);

/** The commands that a person gives. */
export const shownCommands: readonly (readonly [CommandName, Command])[] = (
  Object.keys(commands) as CommandName[]
)
  .map((name) => [name, commands[name] as Command] as const)
  .filter(([, { isInternal }]) => isInternal !== true);
