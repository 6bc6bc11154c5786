import { pathToFileURL } from 'node:url';
import { escapePattern } from '../text/escape-pattern.ts';

/** The line of the file in which an error came up first, by its stack; undefined if it came from elsewhere. */
export function lineIn(file: string, error: unknown): number | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const name of [pathToFileURL(file).href, file]) {
    // A kept version of the file stands there under a number of its own.
    const line = new RegExp(`${escapePattern(name)}(?:\\?kept=\\d+)?:(\\d+)`).exec(stack)?.[1];
    if (line !== undefined) return Number(line);
  }
  return undefined;
}
