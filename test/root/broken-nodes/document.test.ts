import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answersDocument } from './document.ts';

test('README.md beside this file has the table that the tests compare with', () => {
  const text = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  const [, table = ''] = /<!-- table -->\n([^]*)<!-- \/table -->/.exec(text) ?? [];
  expect(cellsOf(table)).toEqual(cellsOf(answersDocument()));
});

/** Prettier makes columns as wide as they have to be. */
const cellsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !/^[| :-]+$/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));
