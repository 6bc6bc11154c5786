import { join } from 'node:path';
import { isFinding, readLines } from '../read-lines.ts';
import type { Finding, Rule } from '../rule.ts';

/** ctdb.tunables, of which ctdbd or CTDB's 00.ctdb sets each line at `setup`. */
export const tunables: Rule = {
  id: 'tunables',
  summary: 'ctdb.tunables has a number for each tunable',
  scope: 'files',
  async check({ base }) {
    const read = await readLines(join(base, 'ctdb.tunables'));
    if (read === undefined) return [];
    if (isFinding(read)) return [read];
    const { path, lines, text } = read;
    const found = lines.flatMap((line, index): Finding[] => {
      if (line.trim() === '' || line.startsWith('#') || /^[A-Za-z]\w*=\d+$/.test(line)) return [];
      const what = `${JSON.stringify(line)}, expected NAME=NUMBER without blanks: setup fails, and ctdbd ends`;
      return [{ severity: 'error', path, line: index + 1, what }];
    });
    if (text === '' || text.endsWith('\n')) return found;
    const what = 'the last line has no line break at its end: CTDB’s 00.ctdb up to 4.20 does not set it';
    return [...found, { severity: 'warning', path, line: lines.length, what }];
  },
};
