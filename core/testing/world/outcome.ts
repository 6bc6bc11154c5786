import type { CommandOutcome } from '../../process/command-outcome.ts';
import { whyNotStarted } from '../../process/why-not-started.ts';
import type { FailsAs } from './faults.ts';

/** What a test says of a command's outcome. Without `code` it exits with 0; `signal`, `errno` and `ended` say that it ended otherwise. */
export interface OutcomeGiven {
  readonly stdout?: string;
  readonly stderr?: string;
  /** Its exit status, 0 to 255. */
  readonly code?: number;
  /** The number of the signal that ended it. */
  readonly signal?: number;
  /** Why it could not be started, such as ENOENT. */
  readonly errno?: string;
  /** `cut`: it wrote more than is read of it. */
  readonly ended?: 'cut';
}

/** The outcome that a plugin gets. */
export function outcomeOf(given: OutcomeGiven): CommandOutcome {
  const { stdout = '', stderr = '', code = 0, signal, errno, ended } = given;
  const said = { stdout, stderr };
  if (errno !== undefined) return { ended: 'not-started', ok: false, errno, stdout: '', stderr: '' };
  if (signal !== undefined) return { ended: 'signalled', ok: false, signal, ...said };
  if (ended !== undefined) return { ended, ok: false, ...said };
  if (!Number.isInteger(code) || code < 0 || code > 255)
    throw new Error(`the code of a command is ${code}, expected a whole number from 0 to 255`);
  return { ended: 'exited', ok: code === 0, code, ...said };
}

/** The outcome of a command that fails because the test says so: with status 1, if it says no more. */
export const failedOutcome = (as: FailsAs | undefined, otherwise: OutcomeGiven = {}): CommandOutcome =>
  outcomeOf({ code: 1, ...otherwise, ...(typeof as === 'string' ? { stderr: asLine(as) } : as) });

/** With both streams as one, in the order in which tools mostly write. */
export const inOneStream = (outcome: CommandOutcome): CommandOutcome => ({
  ...outcome,
  stdout: outcome.stdout + outcome.stderr,
  stderr: '',
});

const asLine = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

/** With what is said of a program that could not be started. */
export const withWhy = (outcome: CommandOutcome, program: string): CommandOutcome =>
  outcome.ended === 'not-started' ? { ...outcome, stderr: whyNotStarted(program, outcome.errno) } : outcome;
