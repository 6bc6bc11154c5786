import { shownCommands } from '../commands/commands.ts';
import { describeTerms, wrap } from './wrap.ts';

const links =
  'Called as NN.name.script, through a link in an event directory, it runs that plugin alone: NN.name.ts beside the link, else the ' +
  'built-in plugin of that name.';

/** The text of `ctdb-hook --help`. */
export function overview(): string {
  const commands = shownCommands.map(([name, { summary }]) => [name, summary] as const);
  const lines = [
    'Usage: ctdb-hook COMMAND',
    '',
    ...wrap(
      'Runs the events of a CTDB cluster node: TypeScript plugins and legacy shell scripts in one NN order.',
    ),
    '',
    'Commands',
    ...describeTerms([
      ...commands,
      ['--help', 'show this; after a command: explain that'],
      ['--version', 'show the version'],
    ]),
    '',
    ...wrap(links),
  ];
  return `${lines.join('\n')}\n`;
}
