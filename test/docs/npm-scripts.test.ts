import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { codeBlocks } from './readme.ts';

const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** The scripts that a text calls: `npm start`, `npm test`, `npm run NAME`. */
const calledIn = (text: string): string[] =>
  [...text.matchAll(/\bnpm (?:run ([\w:]+)|(start|test)\b)/g)].map(([, run, own = '']) => run ?? own);

const [twoCommands = ''] = codeBlocks('sh');

describe('npm', () => {
  test('the README’s two commands are the demo and what CI runs', () => {
    expect(calledIn(twoCommands)).toEqual(['start', 'test:all']);
    expect(scripts['start']).toMatch(/^sh \.config\/ready && sh \.config\/node test\/demo\/demo\.ts$/);
    for (const command of ['npm start', 'npm run test:all'])
      expect(read('.ci/run')).toContain(` fresh ${command}\n`);
  });

  test.each(['README.md', 'CONTRIBUTING.md'])('has every script that %s names', (document) => {
    const called = calledIn(read(document));
    expect(called.length).toBeGreaterThan(2);
    expect(called.filter((name) => !(name in scripts))).toEqual([]);
  });
});
