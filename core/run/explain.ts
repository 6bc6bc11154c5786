import { ArgumentsError } from '../events/arguments.ts';
import { Untrusted } from '../entries/trust.ts';
import { Failure } from '../plugin/failure.ts';
import { PluginLoadError } from '../plugin/load-error.ts';
import { OptionsError } from '../plugin/options.ts';
import { lineIn } from '../plugin/stack.ts';

/** Errors whose message is all there is to say. */
const complete = [Failure, ArgumentsError, Untrusted, PluginLoadError, OptionsError];

/** What the output says of an error that failed an event: where in the plugin's file it came up, unless it says it all. */
export function explain(error: unknown, file: string | undefined): string {
  if (!(error instanceof Error))
    return `ERROR: ${JSON.stringify(error) ?? String(error)} was thrown, expected an Error`;
  if (complete.some((kind) => error instanceof kind)) return error.message;
  const line = file === undefined ? undefined : lineIn(file, error);
  const where = line === undefined ? '' : ` (${String(file)}:${line})`;
  return `ERROR: ${error.name}: ${error.message}${where}`;
}
