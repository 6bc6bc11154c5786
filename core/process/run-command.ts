import { deadlineIn } from './deadline.ts';
import type { Environment } from './environment.ts';
import { OutputCap } from './output-cap.ts';
import type { OutputTarget, ProcessRequest } from './start-process.ts';
import { type Ending, type Limits, supervise } from './supervise.ts';

/** A program that somebody wants the answer of. */
export interface CommandRequest {
  readonly command: readonly [file: string, ...args: string[]];
  readonly environment: Environment;
  readonly group: ProcessRequest['group'];
  readonly input?: string;
  /** `one` keeps the order of both streams and answers both in `stdout`. */
  readonly streams: 'one' | 'two';
  /** Gets what the command says as it comes, all of it, in the order of the pipes. */
  readonly onOutput?: (chunk: Buffer) => void;
}

/** The limits of a command: its own time, within the deadline. */
export interface CommandLimits extends Limits {
  readonly timeoutMs?: number;
  /** For each stream. */
  readonly outputBytesMax: number;
}

/** How a command ended, in the terms of a shell. */
export interface CommandResult {
  /** Whether it exited with status 0. */
  readonly ok: boolean;
  /** Its exit status; 128 + N for signal N, 137 when cancelled, 127 not found, 126 not executable, 124 out of time. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end and answers as a shell would. What is not UTF-8 in its output is replaced. */
export async function runCommand(request: CommandRequest, limits: CommandLimits): Promise<CommandResult> {
  const { command, streams, onOutput, ...rest } = request;
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

  const code = shellCode(ending);
  if (ending.kind === 'not-started') {
    into(streams === 'one' ? stdout : stderr)(Buffer.from(whyNotStarted(command[0], ending.code)));
  }
  return { ok: code === 0, code, stdout: stdout.output().toString(), stderr: stderr.output().toString() };
}

function shellCode(ending: Ending): number {
  switch (ending.kind) {
    case 'exited':
      return ending.code;
    case 'signalled':
      return 128 + ending.signal;
    case 'timed-out':
      return 124;
    case 'cancelled':
      return 137;
    case 'not-started':
      return ending.code === 'ENOENT' ? 127 : 126;
  }
}

function whyNotStarted(file: string, code: string): string {
  return code === 'ENOENT' ? `${file}: command not found\n` : `${file}: cannot execute: ${code}\n`;
}
