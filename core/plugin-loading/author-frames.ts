import { fileURLToPath } from 'node:url';
import { isOurs } from './module-hooks.ts';

/** One call that led to an error. */
export interface AuthorFrame {
  readonly path: string;
  readonly line: number;
  /** The text of a stack trace: the function, if it has a name, and its place with line and column. */
  readonly text: string;
}

/**
 * The calls in authors' files that led to an error, the innermost first, by its stack. Calls in Node and in this program
 * are left out.
 */
export function authorFrames({ stack = '' }: Error): AuthorFrame[] {
  return stack.split('\n').flatMap((each) => {
    const { caller, place = '', line = '', column = '' } = frame.exec(each)?.groups ?? {};
    const path = pathOf(place);
    if (path === undefined || isOurs(path)) return [];
    const at = `${path}:${line}:${column}`;
    return [{ path, line: Number(line), text: caller === undefined ? at : `${caller} (${at})` }];
  });
}

/** A line of a stack. A kept version of a file has a number in its URL. */
const frame =
  /^ +at (?:(?<caller>.*) \()?(?<place>(?:async )?(?:file:\/\/)?\/.*?)(?:\?kept=\d+)?:(?<line>\d+):(?<column>\d+)\)?$/;

function pathOf(place: string): string | undefined {
  const withoutAsync = place.replace(/^async /, '');
  if (withoutAsync.startsWith('/')) return withoutAsync;
  try {
    return fileURLToPath(withoutAsync);
  } catch {
    return undefined; // It is no place in a file.
  }
}
