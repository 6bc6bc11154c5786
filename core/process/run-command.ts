import { bytesOf, textOf } from '../text/bytes-as-text.ts';
import { commandEndOf } from './command-end.ts';
import type { CommandOutcome } from './command-outcome.ts';
import { deadlineIn } from './deadline.ts';
import type { Environment } from './environment.ts';
import { OutputCap } from './output-cap.ts';
import type { OutputTarget, ProcessRequest } from './start-process.ts';
import { type Limits, supervise } from './run-within-limits.ts';
import { whyNotStarted } from './why-not-started.ts';

/** A program whose answer is wanted. */
export interface CommandRequest {
  readonly command: readonly [file: string, ...args: string[]];
  readonly environment: Environment;
  readonly group: ProcessRequest['group'];
  readonly input?: string;
  /** `one` keeps the order of both streams, and answers both in `stdout`. */
  readonly streams: 'one' | 'two';
  /** Whether an output that is cut at the limit still counts as an answer. It does for a command that acts, which has acted. */
  readonly isCutAnswer?: boolean | undefined;
  /** Receives all output of the command as it comes, in the order of the pipes. */
  readonly onOutput?: (chunk: Buffer) => void;
}

/** The limits of a command: its own timeout, within the deadline. */
export interface CommandLimits extends Limits {
  readonly timeoutMs?: number;
  /** For each stream. */
  readonly outputBytesMax: number;
}

/** Runs a command to its end. */
export async function runCommand(request: CommandRequest, limits: CommandLimits): Promise<CommandOutcome> {
  const { command, streams, onOutput, isCutAnswer = false, ...rest } = request;
  const stdout = new OutputCap(limits.outputBytesMax);
  const stderr = new OutputCap(limits.outputBytesMax);
  const into = (cap: OutputCap) => (chunk: Buffer) => {
    cap.add(chunk);
    onOutput?.(chunk);
  };
  const output: OutputTarget =
    streams === 'one'
      ? { kind: 'one-pipe', onOutput: into(stdout) }
      : { kind: 'two-pipes', onStdout: into(stdout), onStderr: into(stderr) };
  const deadline = Math.min(limits.deadline, deadlineIn(limits.timeoutMs ?? Infinity));
  const ending = await supervise(
    { ...rest, file: command[0], argv: command, output },
    { ...limits, deadline },
  );

  if (ending.kind === 'not-started') {
    into(streams === 'one' ? stdout : stderr)(bytesOf(whyNotStarted(command[0], ending.code)));
  }
  const isCut = stdout.isCut && !isCutAnswer;
  const said = { stdout: textOf(stdout.kept()), stderr: textOf(stderr.output()) };
  if (ending.kind === 'exited' && isCut) return { ended: 'cut', ok: false, ...said };
  return { ...commandEndOf(ending), ...said };
}
