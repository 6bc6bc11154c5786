import { parseArgs } from 'node:util';
import { commands, isCommandName, shownCommands, type CommandName } from '../commands/commands.ts';
import { commandHelp } from '../help/command-help.ts';
import { bashCompletion } from '../help/bash-completion.ts';
import { commandPage, manPages } from '../help/man-page.ts';
import { overview } from '../help/overview.ts';
import { say } from '../links/output.ts';
import { packageVersion } from '../package/package-version.ts';
import { UsageError } from '../links/usage-error.ts';
import { unknownWord } from './unknown-word.ts';

/** `ctdb-hook help [COMMAND]`: explains a command, or all. */
export function helpCommand(words: string[]): number {
  const { values, positionals } = parseArgs({
    args: words,
    options: commands.help.options,
    allowPositionals: true,
  });
  const [name, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`help: expected one command, got "${positionals.join(' ')}"`);
  if (name !== undefined && !isCommandName(name)) throw new UsageError(unknownCommand(name));
  say(values.man ? manPageOf(name) : helpOf(name));
  return 0;
}

/** What `--help` says, after a command or alone. */
export const helpOf = (name: CommandName | undefined): string =>
  name === undefined ? overview() : commandHelp(name);

function manPageOf(name: CommandName | undefined): string {
  const version = packageVersion();
  return name === undefined ? (manPages(version)[0]?.text ?? '') : commandPage(name, version).text;
}

/** `ctdb-hook completion`: prints what has bash complete its words. */
export function completionCommand(words: readonly string[]): number {
  if (words.length > 0) throw new UsageError(`completion: expected no words, got "${words.join(' ')}"`);
  say(bashCompletion());
  return 0;
}

/** What to say of a command that there is not. */
export const unknownCommand = (name: string): string =>
  unknownWord(
    'command',
    name,
    shownCommands.map(([each]) => each),
    'see ctdb-hook --help',
  );
