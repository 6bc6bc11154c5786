import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineBytesMax, logLines } from '../../core/log/log-lines.ts';
import { scriptOutputLines } from '../../core/log/script-output-lines.ts';

it('names each line of a script, drops blank ones, and keeps bytes and blanks', () => {
  const output = Buffer.from('one\n\n  \n two \r\nbad \xff\nlast', 'latin1');
  expect(scriptOutputLines('10.one', output).map((line) => line.toString('latin1'))).toEqual([
    '10.one: one',
    '10.one:   ',
    '10.one:  two \r',
    '10.one: bad \xff',
    '10.one: last',
  ]);
});

it('cuts a long line and says by how much', () => {
  const [line, next] = logLines(`${'x'.repeat(lineBytesMax + 7)}\nnext`);
  expect(String(line)).toBe(`${'x'.repeat(lineBytesMax)} [7 bytes left out]`);
  expect(String(next)).toBe('next');
});

it('any bytes: the lines are those between newlines, without NUL, and the input stays as it was', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const before = Buffer.from(bytes);
      const expected = before.toString('latin1').replaceAll('\0', ' ').split('\n');
      const lines = logLines(bytes).map((line) => line.toString('latin1'));
      expect(lines).toEqual(expected.filter((line) => line !== ''));
      expect(Buffer.compare(before, bytes)).toBe(0);
    }),
  );
});
