import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { shownCommands } from '../../core/commands/commands.ts';
import { manPages } from '../../core/help/man-page.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('groff finds nothing wrong in a man page, and shows what each command takes', async () => {
  const directory = temporaryDirectory();
  const pages = manPages('0.0.0');
  expect(pages.map(({ name }) => name)).toEqual([
    'ctdb-hook',
    ...shownCommands.map(([name]) => `ctdb-hook-${name}`),
  ]);
  const paths = pages.map(({ name, text }) => {
    const path = join(directory, `${name}.8`);
    writeFileSync(path, text);
    return path;
  });
  const { stdout, stderr } = await execa('groff', ['-man', '-ww', '-Tascii', '-P-cbou', ...paths], {
    env: { LC_ALL: 'C.UTF-8' },
  });
  expect(stderr).toBe('');
  for (const [name, { options = {} }] of shownCommands) {
    expect(stdout).toContain(`ctdb-hook-${name} - `);
    for (const option of Object.keys(options)) expect(stdout).toMatch(new RegExp(`^ +--${option}\\b`, 'm'));
  }
});
