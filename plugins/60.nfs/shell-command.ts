import { programStackTraces, type Command } from 'ctdb-hook';
import type { Check, CheckCommand } from './check-file.ts';

/** A command of a check file as a program to run: shell, with the file's variables and CTDB's function at hand. */
export function shellCommand(check: Check, command: CheckCommand): Command {
  const assignments = Object.entries(check.variables).map(([name, value]) => `${name}=${quoted(value)}`);
  const script = [programStackTraces, ...assignments, `eval "$${command}"`].join('\n');
  return ['sh', '-c', script, check.path, check.program];
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
