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

/** A program to start; text stands for bytes as `textOf` has it. It inherits the working directory, and no descriptor but 0, 1 and 2. */
export interface ProcessRequest {
  /** A path, or a name that is looked for in PATH of `environment`. */
  readonly file: string;
  /** All arguments; the first is what the program sees as its own name. */
  readonly argv: readonly [name: string, ...args: string[]];
  /** Its whole environment: nothing is added. */
  readonly environment: Environment;
  readonly group: Group;
  /** What it reads from standard input, at most `inputBytesMax`; without it, nothing (/dev/null). */
  readonly input?: string;
  /** Whether more is written to its standard input later, by `input` of what is started. */
  readonly isInputOpen?: boolean;
  readonly output: OutputTarget;
  /** Whether its process id is to stay its own after its end, until `letGo`: for who signals its group. */
  readonly holdsPid?: boolean;
}

/** Where both streams of a program go. The callbacks get copies that they may keep. */
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

/** A program that could not be started, with the errno name: ENOENT, EACCES, ENOEXEC, E2BIG, EINVAL, EMFILE ... */
export interface NotStarted {
  readonly kind: 'not-started';
  readonly code: string;
}

/** A program that runs. */
export interface StartedProcess {
  readonly kind: 'started';
  readonly pid: number;
  /**
   * Settles when the program itself has ended, and after what it wrote before has been passed on. Children of it that
   * still hold its output are not waited for. Never rejects.
   */
  readonly ended: Promise<ProcessEnd>;
  /** Its standard input, if that was to stay open. What is written to a program that has ended is lost without an error. */
  readonly input: Writable | undefined;
  /** Lets this process exit before the program does. */
  unref(): void;
  /** Signals the program alone; nothing if it is known to have ended. */
  signal(signal: NodeJS.Signals): void;
  /** Whether its process id is no other's until `letGo`, though it has ended. */
  readonly isPidHeld: boolean;
  /** Gives its process id back as soon as it has ended. */
  letGo(): void;
  /** Closes its pipes and no longer keeps this process from exiting. Its end is still taken notice of. */
  release(): void;
}

/** Most bytes that can be given to a program on standard input. */
export const inputBytesMax = 16 * 1024 * 1024;

/**
 * Starts a program; the one primitive that everything here is made of.
 *
 * A start that fails is an outcome; it throws only for a request that can never be right, such as an input too long.
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
    // Our copies of the program's ends; with them open, a pipe would never end.
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

/** Writes in the background. A program need not read what it is given, so a failing write is no error (EPIPE). */
function writeTo(fd: number, input: Buffer): Socket {
  const socket = new Socket({ fd, readable: false, writable: true });
  socket.on('error', () => undefined);
  if (input.length > 0) socket.write(input);
  return socket;
}

/** The descriptors of one start. */
interface Ends {
  /** What becomes 0, 1 and 2 of the program. */
  readonly descriptors: readonly [stdin: number, stdout: number, stderr: number];
  /** Opened for the program, to be closed here once it has started. */
  readonly theirs: readonly number[];
  /** Opened for us: `readEnds` and `inputEnd`. */
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

/** execve ends a string at the first NUL, so one with a NUL would be cut silently. */
function hasNul({ file, argv, environment }: ProcessRequest): boolean {
  const variables = Object.entries(environment).flat();
  return [file, ...argv, ...variables].some((text) => text?.includes('\0') === true);
}
