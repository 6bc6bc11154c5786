import { ShError } from '../ctdb/evaluate-with-sh.ts';
import { TextFileError } from '../ctdb/text-file.ts';
import { Untrusted } from '../entries/trust.ts';
import { ArgumentsError } from '../events/arguments.ts';
import { PluginStateError } from '../ledger/plugin-state.ts';
import { LedgerUnavailable } from '../ledger/unavailable.ts';
import { Failure } from '../plugin/failure.ts';
import { PluginLoadError } from '../plugin/load-error.ts';
import { OptionsError } from '../plugin/options.ts';
import { lineIn } from '../plugin/stack.ts';
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

/** What the output says of an error that failed an event: where in the plugin's file it came up, unless it says it all. */
export function explain(error: unknown, file: string | undefined): string {
  if (!(error instanceof Error)) return `ERROR: ${inJson(error)} was thrown, expected an Error`;
  if (complete.some((kind) => error instanceof kind)) return error.message;
  const line = file === undefined ? undefined : lineIn(file, error);
  const where = line === undefined ? '' : ` (${String(file)}:${line})`;
  return `ERROR: ${error.name}: ${error.message}${where}`;
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
