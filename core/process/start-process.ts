import { closeSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import type { Backend, Group, Pipe, SpawnedProcess } from './backend.ts';
import { chooseBackend } from './choose-backend.ts';
import type { Environment } from './environment.ts';
import { bytesOf } from '../text/bytes-as-text.ts';
import { errnoOf, preparationError } from './errno-error.ts';
import { findProgram } from './executable.ts';
import { PipeReader } from './pipe-reader.ts';
import type { ProcessEnd } from './process-end.ts';

/**
 * A program to start. Text stands for bytes, as in `textOf`. It inherits the working directory, and only the descriptors 0,
 * 1 and 2.
 */
export interface ProcessRequest {
  /** A path, or a name that is searched in PATH of `environment`. */
  readonly file: string;
  /** All arguments. The program sees the first as its own name. */
  readonly argv: readonly [name: string, ...args: string[]];
  /** Its whole environment. Nothing is added. */
  readonly environment: Environment;
  readonly group: Group;
  /** Its standard input, at most `inputBytesMax`. Without it, there is nothing to read (/dev/null). */
  readonly input?: string;
  /** Whether more is written to its standard input later, by `input` of the started process. */
  readonly isInputOpen?: boolean;
  readonly output: OutputTarget;
  /**
   * Whether the kernel must not give its process id to another process until `letGo`, even after its end. This is needed to
   * signal its group.
   */
  readonly holdsPid?: boolean;
}

/** The target of both streams of a program. The callbacks get copies that they may keep. */
export type OutputTarget =
  /** One pipe for both, so that their order is kept. */
  | { readonly kind: 'one-pipe'; readonly onOutput: (chunk: Buffer) => void }
  | {
      readonly kind: 'two-pipes';
      readonly onStdout: (chunk: Buffer) => void;
      readonly onStderr: (chunk: Buffer) => void;
    }
  /** An open descriptor, which stays open here. */
  | { readonly kind: 'descriptor'; readonly fd: number }
  | { readonly kind: 'nowhere' };

/** A program could not be started. `code` is the errno name: ENOENT, EACCES, ENOEXEC, E2BIG, EINVAL, EMFILE ... */
export interface NotStarted {
  readonly kind: 'not-started';
  readonly code: string;
}

/** A program that runs. */
export interface StartedProcess {
  readonly kind: 'started';
  readonly pid: number;
  /**
   * Settles when the program itself has ended and its output from before was passed on. Children that still hold its output
   * are not waited for. Never rejects.
   */
  readonly ended: Promise<ProcessEnd>;
  /** Its standard input, if that stays open. Bytes for a program that has ended are lost without an error. */
  readonly input: Writable | undefined;
  /** Lets this process exit before the program does. */
  unref(): void;
  /** Signals only the program. It does nothing if the program is known to have ended. */
  signal(signal: NodeJS.Signals): void;
  /** Whether the kernel keeps its process id until `letGo`, even after its end. */
  readonly isPidHeld: boolean;
  /** Lets the kernel reuse its process id as soon as it has ended. */
  letGo(): void;
  /** Closes its pipes, and no longer keeps this process from exiting. Its end is still noticed. */
  release(): void;
}

/** Most bytes that can be given to a program on standard input. */
export const inputBytesMax = 16 * 1024 * 1024;

/**
 * Starts a program. Everything else here is built on this function.
 *
 * A start that fails is an outcome. It throws only for a request that can never be right, such as an input that is too
 * long.
 */
export async function startProcess(request: ProcessRequest): Promise<StartedProcess | NotStarted> {
  const input = bytesOf(request.input ?? '');
  if (input.length > inputBytesMax) {
    throw new RangeError(`input of ${request.file}: expected at most ${inputBytesMax} bytes`);
  }
  if (hasNul(request)) return { kind: 'not-started', code: 'EINVAL' };
  const backend = await chooseBackend();
  try {
    return await startWith(backend, request, input);
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    return { kind: 'not-started', code };
  }
}

async function startWith(backend: Backend, request: ProcessRequest, input: Buffer): Promise<StartedProcess> {
  const file = findProgram(request.file, request.environment);
  const ends = await openEnds(backend, request);
  return watch(await spawnWith(backend, { ...request, file }, ends), ends, request, input);
}

async function spawnWith(backend: Backend, request: ProcessRequest, ends: Ends): Promise<SpawnedProcess> {
  try {
    return await backend.spawn({ holdsPid: false, ...request, descriptors: ends.descriptors });
  } catch (error) {
    ends.ours.forEach(closeSync);
    throw error;
  } finally {
    // These are our copies of the program's ends. While they are open, a pipe does not end.
    ends.theirs.forEach(closeSync);
  }
}

function watch(
  spawned: SpawnedProcess,
  ends: Ends,
  { isInputOpen = false, output }: ProcessRequest,
  input: Buffer,
): StartedProcess {
  const [outEnd, errEnd] = ends.readEnds;
  const readers: PipeReader[] = [];
  if (output.kind === 'one-pipe' && outEnd !== undefined)
    readers.push(new PipeReader(outEnd, output.onOutput));
  if (output.kind === 'two-pipes' && outEnd !== undefined && errEnd !== undefined) {
    readers.push(new PipeReader(outEnd, output.onStdout), new PipeReader(errEnd, output.onStderr));
  }
  const writer = ends.inputEnd === undefined ? undefined : writeTo(ends.inputEnd, input);
  if (!isInputOpen) writer?.end();
  const ended = spawned.ended.then((end) => {
    for (const reader of readers) reader.finish();
    writer?.destroy();
    return end;
  });
  return {
    kind: 'started',
    pid: spawned.pid,
    ended,
    input: isInputOpen ? writer : undefined,
    unref() {
      for (const reader of readers) reader.unref();
      writer?.unref();
      spawned.unref();
    },
    signal(signal) {
      spawned.signal(signal);
    },
    isPidHeld: spawned.isPidHeld,
    letGo() {
      spawned.letGo();
    },
    release() {
      for (const reader of readers) reader.close();
      writer?.destroy();
      spawned.unref();
    },
  };
}

/** Writes in the background. A program need not read its input, so a failed write is no error (EPIPE). */
function writeTo(fd: number, input: Buffer): Socket {
  const socket = new Socket({ fd, readable: false, writable: true });
  socket.on('error', () => undefined);
  if (input.length > 0) socket.write(input);
  return socket;
}

/** The descriptors of one start. */
interface Ends {
  /** The descriptors that become 0, 1 and 2 of the program. */
  readonly descriptors: readonly [stdin: number, stdout: number, stderr: number];
  /** Descriptors that were opened for the program. They are closed here once it has started. */
  readonly theirs: readonly number[];
  /** Descriptors that were opened for us: `readEnds` and `inputEnd`. */
  readonly ours: readonly number[];
  readonly readEnds: readonly number[];
  readonly inputEnd: number | undefined;
}

const outputPipes = { 'one-pipe': 1, 'two-pipes': 2, descriptor: 0, nowhere: 0 } as const;

async function openEnds(backend: Backend, request: ProcessRequest): Promise<Ends> {
  const opened: number[] = [];
  try {
    const nothing = openSync('/dev/null', 'r+');
    opened.push(nothing);
    const inputs = request.input === undefined && request.isInputOpen !== true ? 0 : 1;
    const pipes = await backend.makePipes(inputs + outputPipes[request.output.kind]);
    return endsOf(request.output, pipes.slice(0, inputs), pipes.slice(inputs), nothing);
  } catch (error) {
    opened.forEach(closeSync);
    throw preparationError(`open the descriptors of ${request.file}`, error);
  }
}

function endsOf(
  output: OutputTarget,
  inputs: readonly Pipe[],
  outputs: readonly Pipe[],
  nothing: number,
): Ends {
  const readEnds = outputs.map((pipe) => pipe.readEnd);
  const writeEnds = outputs.map((pipe) => pipe.writeEnd);
  const stdout = writeEnds[0] ?? (output.kind === 'descriptor' ? output.fd : nothing);
  return {
    descriptors: [inputs[0]?.readEnd ?? nothing, stdout, writeEnds[1] ?? stdout],
    theirs: [nothing, ...writeEnds, ...inputs.map((pipe) => pipe.readEnd)],
    ours: [...readEnds, ...inputs.map((pipe) => pipe.writeEnd)],
    readEnds,
    inputEnd: inputs[0]?.writeEnd,
  };
}

/** Whether a string has a NUL. execve ends a string there, so the rest would be lost without an error. */
function hasNul({ file, argv, environment }: ProcessRequest): boolean {
  const variables = Object.entries(environment).flat();
  return [file, ...argv, ...variables].some((text) => text?.includes('\0') === true);
}
