import { ShError } from '../ctdb-config/evaluate-with-sh.ts';
import { TextFileError } from '../files/text-file.ts';
import { Untrusted } from '../files/trust.ts';
import { ArgumentsError } from '../events/arguments.ts';
import { PluginStateError } from '../ledger/state-as-json.ts';
import { LedgerUnavailable } from '../ledger/unavailable.ts';
import { Failure } from '../plugin-api/failure.ts';
import { PluginLoadError } from '../plugin-loading/load-error.ts';
import { OptionsError } from '../plugin-api/read-options.ts';
import { authorFrames } from '../plugin-loading/author-frames.ts';
import { lineIn } from '../plugin-loading/line-in-stack.ts';
import { PassedOver } from './passed-over.ts';

/** Errors whose message is all there is to say. */
const complete = [
  Failure,
  ArgumentsError,
  LedgerUnavailable,
  OptionsError,
  PassedOver,
  PluginLoadError,
  PluginStateError,
  ShError,
  TextFileError,
  Untrusted,
];

/** How many causes of an error are told; one that is its own cause has no end. */
const causesMax = 5;

/**
 * What the output says of an error that failed an event, unless the error says it all: where it came up, the calls in the
 * author's files that led there if there was more than one, and the same of each cause.
 */
export function describeError(error: unknown, file: string | undefined): string {
  if (!(error instanceof Error)) return `ERROR: ${inJson(error)} was thrown, expected an Error`;
  if (complete.some((kind) => error instanceof kind)) return error.message;
  return [`ERROR: ${describe(error, file)}`, ...causesOf(error, file)].join('\n');
}

function causesOf(error: Error, file: string | undefined): string[] {
  const lines: string[] = [];
  let { cause } = error;
  for (let count = 0; cause !== undefined && count < causesMax; count += 1) {
    lines.push(`Caused by: ${cause instanceof Error ? describe(cause, file) : inJson(cause)}`);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return lines;
}

/** Its name, its message and where it came up: in one line if a single line of an author's led there. */
function describe(error: Error, file: string | undefined): string {
  const { name, message } = error;
  const frames = authorFrames(error);
  const [first] = frames;
  const line = file === undefined ? undefined : lineIn(file, error);
  const place = first ?? (line === undefined ? undefined : { path: String(file), line });
  const where = place === undefined ? '' : ` (${place.path}:${place.line})`;
  const calls = frames.length < 2 ? [] : frames.map(({ text }) => `    at ${text}`);
  return [`${name}: ${message}${where}`, ...calls].join('\n');
}

/** Any value at all: JSON has no word for undefined and functions, and none for what is circular. */
export function inJson(value: unknown): string {
  try {
    const text: unknown = JSON.stringify(value);
    return typeof text === 'string' ? text : String(value);
  } catch {
    return String(value);
  }
}
