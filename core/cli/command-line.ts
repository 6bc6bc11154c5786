import { parseArgs } from 'node:util';
import { commands, isCommandName, type CommandName } from '../commands/commands.ts';
import type { Command } from '../commands/command.ts';
import { EventDirectoryError } from '../event-directory/entry.ts';
import { packageVersion } from '../package/package-version.ts';
import { eventTableMarkdown, eventTableText } from './event-table.ts';
import { say, sayLine, warn } from '../links/output.ts';
import { UsageError } from '../links/usage-error.ts';
import { unknownWord } from './unknown-word.ts';

/** Each command gets the words after its name, and answers its exit status. */
const runners: Readonly<Record<CommandName, (words: string[]) => Promise<number> | number>> = {
  run: async (words) => (await import('./run-event-command.ts')).runEventCommand(words),
  list: async (words) => (await import('./list-command.ts')).listCommand(words),
  status: async (words) => (await import('./status-command.ts')).statusCommand(words),
  history: async (words) => (await import('./history-command.ts')).historyCommand(words),
  timeline: async (words) => (await import('./timeline-command.ts')).timelineCommand(words),
  follow: async (words) => (await import('./follow-command.ts')).followCommand(words),
  'give-up': async (words) => (await import('./give-up-command.ts')).giveUpCommand(words),
  load: async (words) => (await import('./load-command.ts')).loadCommand(words),
  install: async (words) => (await import('./install-command.ts')).installCommand(words),
  upgrade: async (words) => (await import('./upgrade-command.ts')).upgradeCommand(words),
  uninstall: async (words) => (await import('./uninstall-command.ts')).uninstallCommand(words),
  switch: async (words) => (await import('./switch-command.ts')).switchCommand(words),
  'before-start': async (words) => (await import('./switch-command.ts')).beforeStartCommand(words),
  'after-stop': async (words) => (await import('./after-stop-command.ts')).afterStopCommand(words),
  script: async (words) => (await import('./switch-command.ts')).scriptCommand(words),
  node: async (words) => (await import('./node-command.ts')).nodeCommand(words),
  reconcile: async (words) => (await import('./reconcile-command.ts')).reconcileCommand(words),
  help: async (words) => (await import('./help-command.ts')).helpCommand(words),
  completion: async (words) => (await import('./help-command.ts')).completionCommand(words),
  events(words) {
    const { values } = parseArgs({ args: words, options: commands.events.options });
    say(values.markdown ? eventTableMarkdown() : eventTableText());
    return 0;
  },
};

/** Runs a command of ctdb-hook and returns its exit status. A fault of the command line is reported on stderr. */
export async function runCommandLine([name = '--help', ...words]: readonly string[]): Promise<number> {
  try {
    if (name === '--version') {
      sayLine(`ctdb-hook ${packageVersion()} (Node ${process.version})`);
      return 0;
    }
    if (name === '--help' || name === '-h') return await showHelp();
    if (!isCommandName(name)) {
      const { unknownCommand } = await import('./help-command.ts');
      throw new UsageError(unknownCommand(name));
    }
    if (name !== 'node' && words.includes('--help')) return await showHelp(name);
    return await runners[name](words);
  } catch (error) {
    if (!isExpected(error)) throw error;
    warn(`ctdb-hook: ${isCommandName(name) ? explained(name, error) : error.message}`);
    return 1;
  }
}

async function showHelp(name?: CommandName): Promise<number> {
  const { helpOf } = await import('./help-command.ts');
  say(helpOf(name));
  return 0;
}

/** What parseArgs says of an option that there is not speaks of more than is known here. */
function explained(name: CommandName, { message }: Error): string {
  const [, option] = /^Unknown option '(-{1,2}[^' ]+)/.exec(message) ?? [];
  if (option === undefined) return message;
  const { options = {} }: Command = commands[name];
  const known = [...Object.keys(options), 'help'].map((each) => `--${each}`);
  return `${name}: ${unknownWord('option', option, known, `see ctdb-hook ${name} --help`)}`;
}

/** Whether the message of an error is enough. Errors of parseArgs have codes of their own. */
function isExpected(error: unknown): error is Error {
  if (error instanceof UsageError || error instanceof EventDirectoryError) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
