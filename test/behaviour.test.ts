import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../core/package/package-root.ts';

/** The sentences, `- **C1** ...`, each with the lines below it, `  - FILE: TITLE` or `  - no test: REASON`. */
function sentences(): { name: string; below: string[] }[] {
  const directory = join(packageRoot, 'test/behaviour');
  return readdirSync(directory)
    .map((name) => readFileSync(join(directory, name), 'utf8'))
    .join('')
    .split(/^- (?=\*\*)/m)
    .slice(1)
    .map((part) => ({
      name: /^\*\*(\w+)\*\*/.exec(part)?.[1] ?? part,
      below: [...part.matchAll(/^ {2}- (.+)$/gm)].flatMap(([, line]) => line ?? []),
    }));
}

/** What is wrong with a line below a sentence, or undefined. A title is as the file has it, `%s` included. */
function faultOf(line: string): string | undefined {
  const [, file = '', title = ''] = /^(.+?): (.+)$/.exec(line) ?? [];
  if (file === 'no test') return undefined;
  const path = join(packageRoot, file);
  if (!existsSync(path)) return `there is no ${file}`;
  const quoted = [`'${title}'`, `"${title}"`, `\`${title}\``];
  const isThere = quoted.some((text) => readFileSync(path, 'utf8').includes(text));
  return isThere ? undefined : `${file} has no test ${JSON.stringify(title)}`;
}

test('each sentence of test/behaviour has a test that exists, or a reason', () => {
  const all = sentences();
  expect(all.filter(({ below }) => below.length === 0).map(({ name }) => name)).toEqual([]);
  const faults = all.flatMap(({ name, below }) =>
    below.flatMap((line) => {
      const fault = faultOf(line);
      return fault === undefined ? [] : [`${name}: ${fault}`];
    }),
  );
  expect(faults).toEqual([]);
});

test.each(['C', 'Z', 'I', 'S', 'N'])('the sentences of the letter %s are numbered one by one', (letter) => {
  const names = sentences().flatMap(({ name }) => (name.startsWith(letter) ? [name] : []));
  expect(names.length).toBeGreaterThan(0);
  expect(names).toEqual(names.map((_name, index) => `${letter}${index + 1}`));
});
