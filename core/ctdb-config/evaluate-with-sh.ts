import { deadlineIn } from '../process/deadline.ts';
import { describeEnd } from '../process/describe-end.ts';
import { runCommand } from '../process/run-command.ts';
import type { Environment } from '../process/environment.ts';

/** What a file has changed in the variables of the shell that read it. */
export interface ShEvaluation {
  /** The variables whose value it changed; undefined for one that it unset. */
  readonly changes: ReadonlyMap<string, string | undefined>;
  /** The output of its commands on both streams, in order; the first `outputBytesMax` bytes of it. */
  readonly output: string;
}

/** The limits and the environment of an evaluation. */
export interface ShOptions {
  readonly environment: Environment;
  /** sh and its children are killed after this time. */
  readonly timeoutMs: number;
  /** Kills them at once when aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** sh cannot evaluate a file. `message` has the file, the line if sh says it, and sh's message. */
export class ShError extends Error {
  override name = 'ShError';
}

/** Most bytes of a file's own output that are kept. */
export const shOutputBytesMax = 64 * 1024;

/** Most bytes of all variables together. Linux passes less to a program (execve(2)). */
const variablesBytesMax = 8 * 1024 * 1024;

/** Variables that sh sets by itself. */
const ofShItself: ReadonlySet<string> = new Set(['_', 'PWD', 'OLDPWD', 'SHLVL']);

/**
 * Evaluates a file as /bin/sh does when a script sources it.
 *
 * An `exit` in the file is an error, whatever its status: it would end a stock script in the middle of its event, and
 * nobody would be told. A command that fails is no error, unless the file says `set -e`.
 *
 * @param file an absolute path
 * @throws ShError on a syntax error, an exit or a timeout; the signal's reason when it is aborted
 */
export async function evaluateWithSh(file: string, options: ShOptions): Promise<ShEvaluation> {
  const { variables, output } = await runSh(file, options);
  return { changes: changesOf(variables, options.environment), output };
}

/**
 * The script. Descriptor 3 is closed while the file is read, so that nothing in the file can write there. All assigned
 * variables are exported, because the output of env(1) can be split whatever a value holds; that of `set` cannot in every
 * shell. The path of env is absolute because the file may change PATH.
 */
const scriptFor = (file: string): string =>
  `exec 3>&1 1>&2; set -a; . '${file.replaceAll("'", "'\\''")}' 3>&-; exec 1>&3 3>&-; /usr/bin/env -0`;

async function runSh(file: string, { environment, timeoutMs, signal }: ShOptions) {
  signal?.throwIfAborted();
  const read = await runCommand(
    { command: ['/bin/sh', '-c', scriptFor(file), 'sh'], environment, group: 'inherited', streams: 'two' },
    {
      deadline: deadlineIn(timeoutMs),
      graceMs: 0,
      outputBytesMax: variablesBytesMax,
      ...(signal && { signal }),
    },
  );
  signal?.throwIfAborted();
  const output = read.stderr.slice(0, shOutputBytesMax);
  if (read.ended === 'timed-out')
    throw new ShError(`${file}: sh needs longer than ${timeoutMs} ms, expected less`);
  if (read.ended !== 'exited')
    throw new ShError(`${file}: sh ${describeEnd(read)}, expected it to read the file`);
  if (!read.stdout.endsWith('\0')) throw new ShError(complaint(file, output));
  return { output, variables: read.stdout };
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

/** A syntax error in our own form. dash says `sh: LINE: FILE: text`, bash `FILE: line LINE: text`. */
function complaint(file: string, output: string): string {
  const line = output.split('\n').find((candidate) => /syntax error/i.test(candidate)) ?? '';
  const [, number, text] =
    /^sh: (\d+): (?:.*: )?(syntax error.*)$/i.exec(line) ?? /: line (\d+): (.*)$/.exec(line) ?? [];
  if (number !== undefined && text !== undefined)
    return `${file}:${number}: ${text}, expected what sh can read`;
  const said = output.trim() === '' ? '' : `; it said ${JSON.stringify(output.trim().slice(-500))}`;
  return `${file}: the file ends sh before its own end (exit, set -e, exec or an error)${said}, expected assignments`;
}
