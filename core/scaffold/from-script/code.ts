import { quote } from './quote.ts';

/** A part of a plugin, in TypeScript. */
export interface Code {
  readonly lines: readonly string[];
  /** What it needs of the handler's context, and of `ctdb-hook`; `event.NAME` is a field of the event. */
  readonly uses: ReadonlySet<string>;
  /** How many lines of the script in it were not understood. */
  readonly openLines: number;
  /** Whether nothing after it would run. */
  readonly ends: boolean;
}

/** A value in TypeScript. */
export interface Value {
  readonly text: string;
  readonly uses: ReadonlySet<string>;
  /** What it is, if that is known now. */
  readonly constant?: string;
  /** What stands between the marks of a template that is it. */
  readonly template?: string;
  /** Whether it is a number; else it is a text. */
  readonly isNumber?: true;
}

/** Nothing is done. */
export const noCode: Code = { lines: [], uses: new Set(), openLines: 0, ends: false };

/** Lines that are understood. */
export const understood = (lines: readonly string[], uses: Iterable<string> = [], ends = false): Code => ({
  lines,
  uses: new Set(uses),
  openLines: 0,
  ends,
});

/** Whether a line is one of the script's that was not understood. */
export const isComment = (line: string): boolean => line.trimStart().startsWith('// ');

/** Parts one after another, up to the one that ends. Of those after it, which never run, what was not understood stands there all the same. */
export function inOrder(parts: readonly Code[]): Code {
  const last = parts.findIndex(({ ends }) => ends);
  const kept = last === -1 ? parts : parts.slice(0, last + 1);
  const comments = parts
    .slice(kept.length)
    .flatMap(({ lines }) => lines.filter(isComment).map((line) => line.trimStart()));
  return {
    lines: [...kept.flatMap(({ lines }) => lines), ...comments],
    uses: new Set(kept.flatMap(({ uses }) => [...uses])),
    openLines: kept.reduce((sum, { openLines }) => sum + openLines, 0),
    ends: last !== -1,
  };
}

/** A part in braces after a head. */
export const block = (head: string, { lines, uses, openLines }: Code, more: Iterable<string> = []): Code => ({
  lines: [`${head} {`, ...lines.map((line) => `  ${line}`), '}'],
  uses: new Set([...uses, ...more]),
  openLines,
  ends: false,
});

/** All that values need. */
export const usesOf = (values: readonly Value[]): readonly string[] =>
  values.flatMap(({ uses }) => [...uses]);

/** A text that is known. */
export const constant = (text: string): Value => ({ text: quote(text), uses: new Set(), constant: text });
