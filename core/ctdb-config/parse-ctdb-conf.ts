/** One `key = value` of a ctdb.conf. */
export interface CtdbConfSetting {
  /** The section's name as it is written. CTDB ignores its case. Undefined before the first section. */
  readonly section: string | undefined;
  /** Its case matters. */
  readonly key: string;
  readonly value: string;
  /** The line where it begins, counted from 1. */
  readonly line: number;
}

/** The content of a ctdb.conf. */
export interface CtdbConfText {
  /** The settings in the file's order, including unknown and repeated ones. */
  readonly settings: readonly CtdbConfSetting[];
  /**
   * The error that ended the reading, with file, line, value and what was expected. CTDB then ignores the whole file and
   * does not say so.
   */
  readonly error?: string;
}

/**
 * Reads a ctdb.conf as CTDB's own parser does (lib/util/tini.c, tried with ctdb-config of 4.17):
 *
 * - A comment is a whole line that begins with `#` or `;`.
 * - A line that ends in a backslash (and a blank) goes on in the next line.
 * - Blanks in a row count as one space or tab; those around key and value are dropped.
 * - A line without `=` is skipped.
 * - Anything may follow the bracket of a section.
 * - Quotes have no meaning, and NUL ends the content of a line.
 */
export function parseCtdbConf(text: string, path: string): CtdbConfText {
  const settings: CtdbConfSetting[] = [];
  let section: string | undefined;
  for (const { content, line } of logicalLines(text)) {
    if (content.startsWith('[')) {
      const end = content.indexOf(']');
      if (end < 0) return { settings, error: explain(path, line, content, 'a closing bracket') };
      section = content.slice(1, end);
      continue;
    }
    const equals = content.indexOf('=');
    if (equals < 0) continue;
    if (equals === 0)
      return { settings, error: explain(path, line, content, 'a key before the equals sign') };
    const [key, value] = [content.slice(0, equals), content.slice(equals + 1)].map(trimOneBlank);
    settings.push({ section, key: key ?? '', value: value ?? '', line });
  }
  return { settings };
}

/** Most characters of a wrong line that a message quotes. */
const quotedMax = 200;

const explain = (path: string, line: number, value: string, expected: string): string =>
  `${path}:${line}: ${JSON.stringify(value.slice(0, quotedMax))}, expected ${expected}`;

const isBlank = (character: string | undefined): boolean =>
  character !== undefined && ' \t\n\v\f\r'.includes(character);

/** Blanks in a row have become one already. */
const trimOneBlank = (text: string): string =>
  text.replace(/^[ \t\n\v\f\r]/, '').replace(/[ \t\n\v\f\r]$/, '');

interface LogicalLine {
  readonly content: string;
  readonly line: number;
}

/** The lines of the file, with continued ones put together. Comments and blank lines are left out. */
function* logicalLines(text: string): Generator<LogicalLine> {
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = index + 1;
    // The blanks before the first line are dropped; those before a continued line count.
    const first = (lines[index] ?? '').replace(/^[ \t\v\f\r]+/, '');
    if (first === '' || first.startsWith('#') || first.startsWith(';')) continue;
    let content = append('', first);
    while (continues(content) && index + 1 < lines.length) {
      index += 1;
      content = append(content.replace(/\\[ \t\v\f\r]?$/, ''), lines[index] ?? '');
    }
    content = content.replace(/\0.*$/s, '');
    if (content !== '') yield { content, line };
  }
}

const continues = (content: string): boolean => /\\[ \t\v\f\r]?$/.test(content);

/** Appends text. Of blanks in a row, also across the border, the first one stays. */
function append(content: string, more: string): string {
  const squeezed = more.replace(/([ \t\v\f\r])[ \t\v\f\r]+/g, '$1');
  return isBlank(content.at(-1)) && isBlank(squeezed[0]) ? content + squeezed.slice(1) : content + squeezed;
}
