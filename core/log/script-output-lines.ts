import { logLines } from './log-lines.ts';

/**
 * A script's output as CTDB's event daemon logs it. Each line follows the script's name and a colon. Empty lines are
 * dropped, bytes that are not UTF-8 are kept, and long lines are bounded. Each line is a message of its own for
 * `Log.write`.
 *
 * @param name the script's, `NN.name`; `event_debug` for the debug script
 */
export function scriptOutputLines(name: string, output: Uint8Array): Buffer[] {
  const prefix = Buffer.from(`${name}: `);
  return logLines(output).map((line) => Buffer.concat([prefix, line]));
}
