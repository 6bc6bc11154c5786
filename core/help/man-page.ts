import { commands, shownCommands, type CommandName } from '../commands/commands.ts';
import type { Command } from '../commands/command.ts';
import { environmentVariables } from './environment-variables.ts';
import { optionTerms } from './command-help.ts';
import { ownFiles } from './own-files.ts';
import { synopsisOf } from './synopsis.ts';

/** A man page in the macros of man(7). */
export interface ManPage {
  /** Without section: `ctdb-hook-status`. All are of section 8, for administrators. */
  readonly name: string;
  readonly text: string;
}

/** The section of the manual. */
export const manSection = 8;

/**
 * All man pages: one of `ctdb-hook`, and one for each command.
 *
 * @param version of ctdb-hook
 */
export const manPages = (version: string): ManPage[] => [
  mainPage(version),
  ...shownCommands.map(([name]) => commandPage(name, version)),
];

/** The man page of a command. */
export function commandPage(name: CommandName, version: string): ManPage {
  const command: Command = commands[name];
  const { summary, about, options = {}, statuses, examples = [] } = command;
  const terms = optionTerms(options);
  return page(`ctdb-hook-${name}`, summary, version, [
    heading('SYNOPSIS'),
    `.B ${escaped(synopsisOf(name, command))}`,
    ...(about.length === 0 ? [] : [heading('DESCRIPTION'), ...about.flatMap(paragraph)]),
    ...(terms.length === 0 ? [] : [heading('OPTIONS'), ...terms.flatMap(term)]),
    heading('EXIT STATUS'),
    ...Object.entries(statuses).flatMap(term),
    ...(examples.length === 0 ? [] : [heading('EXAMPLES'), ...examples.flatMap(example)]),
    heading('SEE ALSO'),
    `.BR ctdb-hook (${manSection})`,
  ]);
}

function mainPage(version: string): ManPage {
  const summary = 'run the events of a CTDB cluster node: TypeScript plugins and shell scripts in one order';
  return page('ctdb-hook', summary, version, [
    heading('SYNOPSIS'),
    '.B ctdb\\-hook COMMAND',
    heading('COMMANDS'),
    ...shownCommands.flatMap(([name, each]) => term([`ctdb-hook ${name}`, each.summary])),
    ...paragraph(
      'Called as NN.name.script, through a link in an event directory, ctdb-hook runs that plugin alone: NN.name.ts beside the link, else ' +
        'the built-in plugin of that name.',
    ),
    heading('FILES'),
    ...ownFiles.flatMap(term),
    heading('ENVIRONMENT'),
    ...environmentVariables.flatMap(term),
    heading('SEE ALSO'),
    shownCommands.map(([name]) => `.BR ${escaped(`ctdb-hook-${name}`)} (${manSection})`).join(' ,\n'),
    '.BR ctdb (1),',
    '.BR ctdbd (1)',
  ]);
}

function page(name: string, summary: string, version: string, lines: readonly string[]): ManPage {
  const head = [
    `.TH ${escaped(name.toUpperCase())} ${manSection} "" "ctdb\\-hook ${escaped(version)}" "CTDB"`,
    // Options must not be broken at their hyphens.
    '.nh',
    '.ad l',
    heading('NAME'),
    `${escaped(name)} \\- ${escaped(summary)}`,
  ];
  return { name, text: `${[...head, ...lines].join('\n')}\n` };
}

const heading = (title: string): string => `.SH ${title}`;

const paragraph = (text: string): string[] => ['.PP', escaped(text)];

const term = ([name, text]: readonly [string, string]): string[] => [
  '.TP',
  `.B ${escaped(name)}`,
  escaped(text),
];

const example = (line: string): string[] => ['.PP', '.EX', escaped(line), '.EE'];

/** A line must not begin with a control character of roff, and a minus is not a hyphen. */
const escaped = (text: string): string =>
  text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^[.']/, '\\&$&');
