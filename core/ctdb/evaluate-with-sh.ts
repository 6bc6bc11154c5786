import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Environment } from './paths.ts';

/** What a file did to the variables of the shell that read it. */
export interface ShEvaluation {
  /** The variables that it set to something else than they were; undefined for one that it unset. */
  readonly changes: ReadonlyMap<string, string | undefined>;
  /** What its commands wrote to both streams, in order; the first `outputBytesMax` bytes of it. */
  readonly output: string;
}

/** How long and with what a file may be evaluated. */
export interface ShOptions {
  readonly environment: Environment;
  /** sh and its children are killed after this time. */
  readonly timeoutMs: number;
  /** Kills them at once when aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** A file that sh does not get through; `message` has the file, the line where sh says it, and what sh says. */
export class ShError extends Error {
  override name = 'ShError';
}

/** Most bytes of a file's own output that are kept. */
export const outputBytesMax = 64 * 1024;

/** Most bytes that all variables together may take: Linux passes less to a program (execve(2)). */
const variablesBytesMax = 8 * 1024 * 1024;

/** How long to wait, once sh is gone, for the end of output that a background command keeps open. */
const drainMs = 100;

/** Variables that sh sets on its own account. */
const ofShItself: ReadonlySet<string> = new Set(['_', 'PWD', 'OLDPWD', 'SHLVL']);

/**
 * Evaluates a file as /bin/sh does when a script sources it.
 *
 * An `exit` in the file, whatever its status, is an error: it would end a stock script in the middle of its event
 * without a word. A command that fails is none, unless the file says `set -e`.
 *
 * @param file an absolute path
 * @throws ShError on a syntax error, an exit or a timeout; the signal's reason when it is aborted
 */
export async function evaluateWithSh(file: string, options: ShOptions): Promise<ShEvaluation> {
  const { variables, output } = await runSh(file, options);
  if (!variables.endsWith('\0')) throw new ShError(complaint(file, output));
  return { changes: changesOf(variables, options.environment), output };
}

/**
 * Descriptor 3 is closed while the file is read, so that nothing in it can write there. All that it assigns is
 * exported, because the output of env(1) can be taken apart whatever a value holds, and that of `set` cannot in every
 * shell. The path of env is absolute because the file may change PATH.
 */
const scriptFor = (file: string): string =>
  `exec 2>&1; set -a; . '${file.replaceAll("'", "'\\''")}' 3>&-; /usr/bin/env -0 >&3`;

async function runSh(file: string, { environment, timeoutMs, signal }: ShOptions) {
  const { spawn } = await import('node:child_process');
  signal?.throwIfAborted();
  const child = spawn('/bin/sh', ['-c', scriptFor(file), 'sh'], {
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    detached: true,
  });
  const output = collect(child.stdio[1] as Readable, outputBytesMax);
  const variables = collect(child.stdio[3] as Readable, variablesBytesMax);
  try {
    await ended(child, file, timeoutMs, signal);
    return { output: output(), variables: variables() };
  } finally {
    for (const stream of child.stdio) stream?.destroy();
  }
}

/** Keeps the first bytes of a stream and lets the rest go by, so that its writer never waits. */
function collect(stream: Readable, bytesMax: number): () => string {
  const chunks: Buffer[] = [];
  let room = bytesMax;
  stream.on('data', (chunk: Buffer) => {
    if (room > 0) chunks.push(chunk.subarray(0, room));
    room -= chunk.length;
  });
  return () => Buffer.concat(chunks).toString();
}

async function ended(
  child: ChildProcess,
  file: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const stop = (reason: unknown): void => {
    killGroup(child);
    reject(reason instanceof Error ? reason : new ShError(`${file}: sh was stopped`));
  };
  const abort = (): void => {
    stop(signal?.reason);
  };
  const late = new ShError(`${file}: sh needs longer than ${timeoutMs} ms, expected less`);
  const timer = setTimeout(stop, timeoutMs, late);
  signal?.addEventListener('abort', abort, { once: true });
  child.once('error', reject);
  child.once('exit', () => setTimeout(resolve, drainMs, undefined).unref());
  child.once('close', () => {
    resolve(undefined);
  });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // The group may end on its own between the look and the kill.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function changesOf(variables: string, before: Environment): Map<string, string | undefined> {
  const after = new Map(
    variables
      .split('\0')
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)] as const)
      .filter(([name]) => isOfFile(name)),
  );
  const unset = Object.keys(before).filter(
    (name) => isOfFile(name) && before[name] !== undefined && !after.has(name),
  );
  const set = [...after].filter(([name, value]) => !Object.hasOwn(before, name) || before[name] !== value);
  return new Map<string, string | undefined>([...set, ...unset.map((name) => [name, undefined] as const)]);
}

const isOfFile = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !ofShItself.has(name);

/** A syntax error in our own form: dash says `sh: LINE: FILE: text`, bash `FILE: line LINE: text`. */
function complaint(file: string, output: string): string {
  const line = output.split('\n').find((candidate) => /syntax error/i.test(candidate)) ?? '';
  const [, number, text] =
    /^sh: (\d+): (?:.*: )?(syntax error.*)$/i.exec(line) ?? /: line (\d+): (.*)$/.exec(line) ?? [];
  if (number !== undefined && text !== undefined)
    return `${file}:${number}: ${text}, expected what sh can read`;
  const said = output.trim() === '' ? '' : `; it said ${JSON.stringify(output.trim().slice(-500))}`;
  return `${file}: the file ends sh before its own end (exit, set -e, exec or an error)${said}, expected assignments`;
}
