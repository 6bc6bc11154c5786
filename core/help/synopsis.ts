import type { Command, CommandOption } from '../commands/command.ts';

/** How an option is written: `--since TIME`. */
export const written = (name: string, { value }: CommandOption): string =>
  value === undefined ? `--${name}` : `--${name} ${value}`;

/** How a command is called: `ctdb-hook history [--since TIME] ...`. */
export function synopsisOf(name: string, { words, options = {} }: Command): string {
  const optional = Object.entries(options).map(([option, spec]) => `[${written(option, spec)}]`);
  return ['ctdb-hook', name, ...optional, ...(words === undefined ? [] : [words])].join(' ');
}
