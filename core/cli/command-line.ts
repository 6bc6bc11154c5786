import { parseArgs } from 'node:util';
import { EventDirectoryError } from '../event-directory/entry.ts';
import { nearest } from '../events/nearest.ts';
import { packageVersion } from '../package/package-version.ts';
import { eventTableMarkdown, eventTableText } from './event-table.ts';
import { say, sayLine, warn } from '../links/output.ts';
import { usage } from './usage.ts';
import { UsageError } from '../links/usage-error.ts';

/** The commands. Each gets the words after its name, and answers its exit status. */
const commands: Readonly<Record<string, (words: string[]) => Promise<number> | number>> = {
  run: async (words) => (await import('./run-event-command.ts')).runEventCommand(words),
  list: async (words) => (await import('./list-command.ts')).listCommand(words),
  status: async (words) => (await import('./status-command.ts')).statusCommand(words),
  history: async (words) => (await import('./history-command.ts')).historyCommand(words),
  'give-up': async (words) => (await import('./give-up-command.ts')).giveUpCommand(words),
  load: async (words) => (await import('./load-command.ts')).loadCommand(words),
  switch: async (words) => (await import('./switch-command.ts')).switchCommand(words),
  'before-start': async (words) => (await import('./switch-command.ts')).beforeStartCommand(words),
  'after-stop': async (words) => (await import('./after-stop-command.ts')).afterStopCommand(words),
  script: async (words) => (await import('./switch-command.ts')).scriptCommand(words),
  node: async (words) => (await import('./node-command.ts')).nodeCommand(words),
  reconcile: async (words) => (await import('./reconcile-command.ts')).reconcileCommand(words),
  events(words) {
    const { values } = parseArgs({ args: words, options: { markdown: { type: 'boolean', default: false } } });
    say(values.markdown ? eventTableMarkdown() : eventTableText());
    return 0;
  },
  '--help': () => showUsage(),
  '-h': () => showUsage(),
  '--version'() {
    sayLine(`ctdb-hook ${packageVersion()} (Node ${process.version})`);
    return 0;
  },
};

function showUsage(): number {
  say(usage);
  return 0;
}

/** Runs a command of ctdb-hook and returns its exit status. A fault of the command line is reported on stderr. */
export async function runCommandLine([name = '--help', ...words]: readonly string[]): Promise<number> {
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) throw new UsageError(unknownCommand(name));
    if (name !== 'node' && words.includes('--help')) return showUsage();
    return await command(words);
  } catch (error) {
    if (!isExpected(error)) throw error;
    warn(`ctdb-hook: ${error.message}`);
    return 1;
  }
}

function unknownCommand(name: string): string {
  const near = nearest(name, Object.keys(commands));
  return `unknown command "${name}"${near === undefined ? ', see ctdb-hook --help' : `: did you mean ${near}?`}`;
}

/** Whether the message of an error is enough. Errors of parseArgs have codes of their own. */
function isExpected(error: unknown): error is Error {
  if (error instanceof UsageError || error instanceof EventDirectoryError) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
