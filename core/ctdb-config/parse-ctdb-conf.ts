/** One `key = value` of a ctdb.conf. */
export interface CtdbConfSetting {
  /** The section's name as it is written; CTDB does not mind its case. Undefined before the first section. */
  readonly section: string | undefined;
  /** Its case matters. */
  readonly key: string;
  readonly value: string;
  /** Where it begins, counted from 1. */
  readonly line: number;
}

/** What a ctdb.conf says. */
export interface CtdbConfText {
  /** In the file's order, unknown ones and repeated ones included. */
  readonly settings: readonly CtdbConfSetting[];
  /** File, line, value and expectation of what ended the reading; CTDB drops the whole file without a word then. */
  readonly error?: string;
}

/**
 * Reads a ctdb.conf as CTDB's own parser does (lib/util/tini.c, tried with ctdb-config of 4.17): a comment is a whole
 * line that begins with `#` or `;`, a line that ends in a backslash (and a blank) goes on in the next, blanks in a row
 * count as one space or tab, those around key and value are dropped, a line without `=` is passed over, anything may
 * stand behind the bracket of a section, quotes mean nothing, and NUL ends a line's content.
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

/** Most characters of a wrong line that a message repeats. */
const quotedMax = 200;

const explain = (path: string, line: number, value: string, expected: string): string =>
  `${path}:${line}: ${JSON.stringify(value.slice(0, quotedMax))}, expected ${expected}`;

const isBlank = (character: string | undefined): boolean =>
  character !== undefined && ' \t\n\v\f\r'.includes(character);

/** Blanks in a row are one already. */
const trimOneBlank = (text: string): string =>
  text.replace(/^[ \t\n\v\f\r]/, '').replace(/[ \t\n\v\f\r]$/, '');

interface LogicalLine {
  readonly content: string;
  readonly line: number;
}

/** Lines put together, comments and blank lines left out. */
function* logicalLines(text: string): Generator<LogicalLine> {
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = index + 1;
    // The first line's blanks go; those that begin a continued one count.
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

/** Of blanks in a row, across the seam too, the first one stays. */
function append(content: string, more: string): string {
  const squeezed = more.replace(/([ \t\v\f\r])[ \t\v\f\r]+/g, '$1');
  return isBlank(content.at(-1)) && isBlank(squeezed[0]) ? content + squeezed.slice(1) : content + squeezed;
}
