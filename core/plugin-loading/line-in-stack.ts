import { pathToFileURL } from 'node:url';
import { escapePattern } from '../text/escape-pattern.ts';

/** The innermost line of the file in an error's stack. Undefined if the error did not come through the file. */
export function lineIn(file: string, error: unknown): number | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const name of [pathToFileURL(file).href, file]) {
    // A kept version of the file has a number in its URL.
    const line = new RegExp(`${escapePattern(name)}(?:\\?kept=\\d+)?:(\\d+)`).exec(stack)?.[1];
    if (line !== undefined) return Number(line);
  }
  return undefined;
}
