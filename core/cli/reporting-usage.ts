import type { Command } from '../commands/command.ts';
import { commands, isCommandName, type CommandName } from '../commands/commands.ts';
import { EventDirectoryError } from '../event-directory/entry.ts';
import { warn } from '../links/output.ts';
import { UsageError } from '../links/usage-error.ts';
import { unknownWord } from './unknown-word.ts';

/** Does the work of a command, and answers its exit status. A fault of the command line is reported on stderr. */
export async function reportingUsage(name: string, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!isExpected(error)) throw error;
    warn(`ctdb-hook: ${isCommandName(name) ? explained(name, error) : error.message}`);
    const command: Command | undefined = isCommandName(name) ? commands[name] : undefined;
    return command?.usageStatus ?? 1;
  }
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
