import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { namesIn } from '../../core/files/directory-names.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** A directory with one file that is old enough to be relied on. */
async function settled(): Promise<string> {
  const directory = temporaryDirectory({ one: '' });
  await delay(150);
  expect(namesIn(directory)).toEqual(new Set(['one']));
  return directory;
}

test('the names in a directory are kept as long as it does not change', async () => {
  const directory = await settled();
  expect(namesIn(directory)).toBe(namesIn(directory));
});

test('a name that comes or goes is seen at once, also right after another', async () => {
  const directory = await settled();
  writeFileSync(join(directory, 'two'), '');
  expect(namesIn(directory)).toEqual(new Set(['one', 'two']));
  writeFileSync(join(directory, 'three'), '');
  expect(namesIn(directory)).toEqual(new Set(['one', 'two', 'three']));
  rmSync(join(directory, 'one'));
  expect(namesIn(directory)).toEqual(new Set(['two', 'three']));
  renameSync(join(directory, 'two'), join(directory, 'four'));
  expect(namesIn(directory)).toEqual(new Set(['three', 'four']));
});

test('a directory that is not there is empty, and what is none cannot be known', async () => {
  const directory = await settled();
  rmSync(directory, { recursive: true });
  expect(namesIn(directory)).toEqual(new Set());
  writeFileSync(directory, '');
  expect(namesIn(directory)).toBeUndefined();
  rmSync(directory);
  mkdirSync(directory);
  expect(namesIn(directory)).toEqual(new Set());
});
