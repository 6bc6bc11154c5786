import { evaluateAssignments, parseAssignments } from './assignments.ts';
import { ParsedFiles } from './parsed-files.ts';
import { escapePattern } from '../text/escape-pattern.ts';
import type { Environment } from '../process/environment.ts';

/** The environment in which a file is sourced, and how long it may take if it needs sh. */
export interface SourceOptions {
  readonly environment: Environment;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Gets the path of a file that needs sh, which is not run then: the file sets nothing. */
  readonly leaveOut?: ((path: string) => void) | undefined;
}

/** What a file does with a variable. */
export interface SourcedVariable {
  /** Undefined if the file unsets it. */
  readonly value: string | undefined;
  /** The line, counted from 1. Undefined if sh evaluated the file and not exactly one line assigns the variable. */
  readonly line: number | undefined;
}

/** The result of a file. */
export interface Sourced {
  readonly variables: ReadonlyMap<string, SourcedVariable>;
  /** The output of its commands, if it has any. */
  readonly output: string;
  /** Whether it was read without sh. */
  readonly isPlain: boolean;
}

const files = new ParsedFiles((text) => ({ text, parsed: parseAssignments(text) }));

/**
 * Does what `.` of a shell does with a file, without a shell if that is possible. Undefined if there is no such file.
 * Parsed text is kept until the file changes. A file that needs sh is evaluated by it each time.
 *
 * @param path an absolute path
 * @throws TextFileError if the file cannot be read, ShError if sh does not get through it, the signal's reason
 */
export async function sourceFile(path: string, options: SourceOptions): Promise<Sourced | undefined> {
  const file = await files.read(path);
  if (file === undefined) return undefined;
  const { parsed, text } = file;
  const read = parsed.kind === 'assignments' ? evaluateAssignments(parsed, options.environment) : parsed;
  if (!('kind' in read)) return { variables: read, output: '', isPlain: true };
  if (options.leaveOut === undefined) return sourceWithSh(path, text, options);
  options.leaveOut(path);
  return undefined;
}

async function sourceWithSh(path: string, text: string, options: SourceOptions): Promise<Sourced> {
  const { evaluateWithSh } = await import('./evaluate-with-sh.ts');
  const { changes, output } = await evaluateWithSh(path, options);
  const variables = [...changes].map(
    ([name, value]) => [name, { value, line: onlyLine(text, name) }] as const,
  );
  return { variables: new Map(variables), output, isPlain: false };
}

/** The line that assigns the variable, if exactly one line looks so: sh does not say. */
function onlyLine(text: string, name: string): number | undefined {
  const assigns = new RegExp(`(?:^|[\\s;&|({])${escapePattern(name)}=`);
  const lines = text.split('\n').map((line) => assigns.test(line.replace(/(?:^|\s)#.*/s, '')));
  const first = lines.indexOf(true);
  return first >= 0 && first === lines.lastIndexOf(true) ? first + 1 : undefined;
}
