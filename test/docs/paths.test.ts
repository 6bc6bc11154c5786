import { existsSync, globSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { readme } from './readme.ts';

/** Files by patterns, relative to the package. */
const filesOf = (...patterns: string[]): string[] => globSync(patterns, { cwd: packageRoot });

/** Whether a text of this file may mean a file or folder by this path: from the package's root, from core, or beside itself. */
const isThere = (file: string, path: string): boolean =>
  ['', 'core', dirname(file)].some((folder) => existsSync(join(packageRoot, folder, path)));

const isFile = (file: string): boolean => statSync(join(packageRoot, file)).isFile();

/** What documents name in backticks and in links. An author's own files in plugins/README.md are not there. */
const documents = filesOf('*.md', 'bin/*.md', 'core/*.md', 'plugins/*/README.md', 'test/**/README.md').filter(
  (file) => file !== 'CHANGELOG.md',
);

test.each(documents)('every file of ours that %s names in text exists', (file) => {
  const named = [...readme(file).matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.ts)`/g)].map(([, path = '']) => path);
  expect(named.filter((path) => !isThere(file, path))).toEqual([]);
});

test.each([...documents, 'plugins/README.md'])('every link of %s leads to a file', (file) => {
  const links = [...readme(file).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, path = '']) => path);
  expect(links.filter((path) => !existsSync(join(packageRoot, dirname(file), path)))).toEqual([]);
});

test('every file and folder of ours that a comment names exists', () => {
  const sources = filesOf('core/**/*.ts', 'plugins/**/*.ts', 'bin/*', '.config/**/*').filter(isFile);
  const named = sources.flatMap((file) =>
    readme(file)
      .split('\n')
      .filter((line) => /^\s*(?:\/?\*|\/\/|#)/.test(line))
      .flatMap((line) => [...line.matchAll(/(?<![\w/.$}-])(?:core|plugins|bin|test|\.config)\/[\w./-]*\w/g)])
      .map(([path]) => ({ file, path })),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ file, path }) => !isThere(file, path))).toEqual([]);
});
