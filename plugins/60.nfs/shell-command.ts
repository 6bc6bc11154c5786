import type { Command } from 'ctdb-hook';
import type { Check, CheckCommand } from './check-file.ts';
import type { NfsContext } from './nfs-context.ts';
import { assignments, scriptShell } from './script-shell.ts';

/** What a command may want to know of the check that it belongs to, by the names that CTDB's script has for it. */
export interface CheckResult {
  /** What is wrong, as the event will say it; unset while nobody knows. */
  readonly _err?: string;
  /** How often the check has failed in a row. */
  readonly _failcount?: string;
}

/**
 * A command of a check file as a program to run: shell that finds the functions and variables that CTDB's own script has
 * where it evaluates the same command, with those of the file.
 */
export function shellCommand(
  check: Check,
  command: CheckCommand,
  context: NfsContext,
  result: CheckResult = {},
): Command {
  const variables = assignments({ ...result, ...check.variables });
  const script = [scriptShell(check.program, context), variables, `eval "$${command}"`].join('\n');
  return ['sh', '-c', script, check.path, check.program];
}
