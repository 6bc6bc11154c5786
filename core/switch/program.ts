import { deadlineIn } from '../process/deadline.ts';
import { receivedEnvironment } from '../process/environment.ts';
import type { CommandOutcome } from '../process/command-outcome.ts';
import { describeEnd } from '../process/describe-end.ts';
import { runCommand } from '../process/run-command.ts';
import { SwitchError } from './switch-error.ts';

/** Longest time of a program that answers a question, in milliseconds. dpkg may wait for its database. */
const programTimeoutMs = 30_000;

/** Most bytes of output: far more than any of these programs writes. */
const outputBytesMax = 1024 * 1024;

/** Longest time of a restart of ctdb, in milliseconds. systemd gives it 90 seconds to stop and 90 to start. */
const restartTimeoutMs = 200_000;

type Command = readonly [file: string, ...args: string[]];

/** Runs a program of the system to its end, with messages in plain English, and answers how it ended. Never rejects. */
export const runProgram = (...command: Command): Promise<CommandOutcome> => run(command, programTimeoutMs);

/** Runs a program. @throws SwitchError with its output if it does not end with status 0. */
export async function mustRun(...command: Command): Promise<string> {
  return outputOf(command, await runProgram(...command));
}

/** The same with another longest time, in milliseconds. */
export async function mustRunWithin(timeoutMs: number, ...command: Command): Promise<string> {
  return outputOf(command, await run(command, timeoutMs));
}

/** Has systemd restart ctdb. @throws SwitchError if it does not start. */
export async function restartCtdb(): Promise<void> {
  const command = ['systemctl', 'restart', 'ctdb'] as const;
  outputOf(command, await run(command, restartTimeoutMs));
}

function run(command: Command, timeoutMs: number): Promise<CommandOutcome> {
  const environment = { ...receivedEnvironment(), LC_ALL: 'C' };
  return runCommand(
    { command, environment, group: 'inherited', streams: 'two' },
    { deadline: deadlineIn(timeoutMs), signal: new AbortController().signal, outputBytesMax },
  );
}

function outputOf(command: Command, outcome: CommandOutcome): string {
  const { ok, stdout, stderr } = outcome;
  if (ok) return stdout;
  const said = (stderr.trim() || stdout.trim()).replaceAll(/\s*\n\s*/g, '; ').slice(0, 500);
  throw new SwitchError(`${command.join(' ')} ${describeEnd(outcome)}${said === '' ? '' : `: ${said}`}`);
}
