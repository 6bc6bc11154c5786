import { commands, type CommandName } from '../commands/commands.ts';
import type { Command } from '../commands/command.ts';
import { synopsisOf, written } from './synopsis.ts';
import { describeTerms, wrap } from './wrap.ts';

/** The text of `ctdb-hook COMMAND --help`. */
export function commandHelp(name: CommandName): string {
  const command: Command = commands[name];
  const { summary, about, options = {}, statuses, examples = [] } = command;
  const [first = '', ...more] = wrap(synopsisOf(name, command), 92);
  const lines = [
    `Usage: ${first}`,
    ...more.map((line) => `       ${line}`),
    '',
    ...wrap(`${summary[0]?.toUpperCase() ?? ''}${summary.slice(1)}.`),
    ...about.flatMap((paragraph) => ['', ...wrap(paragraph)]),
    ...section('Options', describeTerms(optionTerms(options))),
    ...section('Exit status', describeTerms(Object.entries(statuses))),
    ...section(
      'Examples',
      examples.map((example) => `  ${example}`),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** Each option with what it does. */
export const optionTerms = (options: NonNullable<Command['options']>): [string, string][] =>
  Object.entries(options).map(([name, option]) => [written(name, option), option.what]);

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines];
