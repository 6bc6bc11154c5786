import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { cookbookPage } from './page.ts';
import { recipes } from './recipes.ts';

const folder = `${packageRoot}/test/cookbook`;

test('the page has the files as they are: else run "sh .config/node test/cookbook/page.ts"', async () => {
  expect(readFileSync(`${folder}/README.md`, 'utf8')).toBe(await cookbookPage());
});

test('every recipe is on the page, and has both its tests', () => {
  const names = globSync('[0-9]*.ts', { cwd: folder }).filter((path) => !path.endsWith('.test.ts'));
  expect(names.map((path) => path.slice(0, -3)).sort()).toEqual(recipes.map(({ name }) => name).sort());
  const tests = recipes.flatMap(({ name, realTest }) => [`${name}.test.ts`, realTest]);
  expect(tests.map((path) => [path, globSync(path, { cwd: folder }).length])).toEqual(
    tests.map((path) => [path, 1]),
  );
});

test('a recipe imports only ctdb-hook and zod, and no other file', () => {
  const imported = recipes.flatMap(({ name }) =>
    [...readFileSync(`${folder}/${name}.ts`, 'utf8').matchAll(/ from '(.*)';$/gm)].map(([, from]) => from),
  );
  expect(new Set(imported)).toEqual(new Set(['ctdb-hook', 'zod']));
});
