import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lineFormat } from '../../core/log/line-format.ts';
import { readCtdbdLog } from '../../core/timeline/ctdbd-log.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const someMs = Date.UTC(2026, 10, 30, 3, 1, 12, 345);

/** A log with these lines, as CTDB's daemons write it. */
function logOf(
  style: 'own' | 'samba',
  lines: readonly (readonly [program: string, afterMs: number, text: string])[],
): string {
  const path = join(temporaryDirectory(), 'log.ctdb');
  const bytes = lines.map(([ident, afterMs, text]) =>
    lineFormat({ kind: 'file', path }, { ident, pid: 12, hostname: 'node1' }, style)(
      'NOTICE',
      Buffer.from(text),
      new Date(someMs + afterMs),
    ),
  );
  writeFileSync(path, Buffer.concat(bytes));
  return path;
}

test.each(['own', 'samba'] as const)(
  'lines of ctdbd are read in the style %j, without those of the event daemon',
  (style) => {
    const path = logOf(style, [
      ['ctdbd', 0, 'Takeover run starting'],
      ['ctdb-eventd', 1, 'daemon started'],
      ['ctdb-recoverd', 2, 'Node: 1 was [in] recovery: [x]'],
    ]);
    expect(readCtdbdLog(path, someMs, someMs + 5)).toEqual([
      { beginMs: someMs, message: 'Takeover run starting' },
      { beginMs: someMs + 2, message: 'ctdb-recoverd: Node: 1 was [in] recovery: [x]' },
    ]);
  },
);

test('of a long log only what lies between the times is given', () => {
  const lines = Array.from(
    { length: 20_000 },
    (_, index) => ['ctdbd', index * 10, `line ${index} ${'x'.repeat(40)}`] as const,
  );
  const path = logOf('samba', lines);
  const read = readCtdbdLog(path, someMs + 100_000, someMs + 100_050);
  expect(read?.map(({ message }) => message.split(' ')[1])).toEqual([
    '10000',
    '10001',
    '10002',
    '10003',
    '10004',
    '10005',
  ]);
  expect(readCtdbdLog(path, someMs, someMs + 10)).toHaveLength(2);
  expect(readCtdbdLog(path, someMs + 199_990, Infinity)).toHaveLength(1);
});

test('what is no line of a log is passed over, and a log that is not there is no error', () => {
  const path = join(temporaryDirectory(), 'log.ctdb');
  writeFileSync(path, 'no line\n\0\0\0\n2026/13/77 99:99:99.000000 ctdbd[1]: never\n2026/11/30 no time\n');
  expect(readCtdbdLog(path, 0, Infinity)).toEqual([]);
  expect(readCtdbdLog('/nonexistent/log', 0, Infinity)).toBeUndefined();
});
