import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../core/package-root.ts';

const read = (file: string): string => readFileSync(join(packageRoot, file), 'utf8');

const lines = read('test/behaviour-services.md').split('\n');

/** A sentence of the page, and the lines below it. */
const sentences = lines.flatMap((line, index) => {
  const id = /^- \*\*([SN]\d+)\*\* ./.exec(line)?.[1];
  const end = lines.findIndex((other, at) => at > index && !other.startsWith('  '));
  return id === undefined ? [] : [{ id, below: lines.slice(index + 1, end === -1 ? undefined : end) }];
});

/** The titles of the tests in a file, as they stand in it. */
function titlesIn(file: string): readonly string[] {
  const titles = read(file).matchAll(
    /\b(?:test|it)\b[^'"`;]*(?:\[[^;]*?\]\s*\)\s*)?\(\s*(?:'([^'\n]+)'|"([^"\n]+)")/g,
  );
  return [...titles].map(([, single, double]) => single ?? double ?? '');
}

test('the sentences are numbered one by one', () => {
  const numbered = (letter: string) =>
    sentences.filter(({ id }) => id.startsWith(letter)).map(({ id }) => id);
  for (const letter of ['S', 'N']) {
    const ids = numbered(letter);
    expect(ids.length).toBeGreaterThan(20);
    expect(ids).toEqual(ids.map((_id, index) => `${letter}${index + 1}`));
  }
});

test('every sentence has tests that exist, or says why it has none', () => {
  const wrong = sentences.flatMap(({ id, below }) => {
    if (below.length === 0) return [`${id} has no line below it`];
    return below.flatMap((line) => {
      if (/^ {2}- No test: .+\.$/.test(line)) return [];
      const [, file, title] = /^ {2}- `(test\/[\w./-]+\.test\.ts)`: (.+)$/.exec(line) ?? [];
      if (file === undefined || title === undefined) return [`${id}: ${line}`];
      return titlesIn(file).includes(title) ? [] : [`${id}: ${file} has no test "${title}"`];
    });
  });
  expect(wrong).toEqual([]);
});
