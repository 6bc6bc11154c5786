import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { hook } from '../support/hook-node.ts';
import { compile, lint, projectFolder } from './checked-project.ts';

test.each(['55.web', '56.a-3rd_API', '57.3proxy'])(
  'what it writes for %s passes the compiler, the strictest lint and its own tests at once, without a network',
  async (name) => {
    const folder = projectFolder();
    await execa(hook, ['new', name], { cwd: folder });
    const offline = ['unshare', '--user', '--map-root-user', '--net', '--', hook, 'node', '--test'] as const;
    const [compiled, found, tested] = await Promise.all([
      compile(folder),
      lint(folder),
      execa(offline[0], offline.slice(1), { cwd: folder, all: true, reject: false }),
    ]);
    expect(compiled).toBe('');
    expect(found).toEqual([]);
    expect(tested.exitCode, tested.all).toBe(0);
    expect(Number(/^(?:ℹ|#) pass (\d+)$/m.exec(tested.all)?.[1])).toBeGreaterThan(3);
  },
);

test('its options file names each option that the plugin declares, with the default', async () => {
  const folder = projectFolder();
  await execa(hook, ['new', '55.web'], { cwd: folder });
  const text = readFileSync(join(folder, '55.web.options'), 'utf8');
  const declared = [...readFileSync(join(folder, '55.web.ts'), 'utf8').matchAll(/^ {4}(\w+): option/gm)].map(
    ([, option = '']) => option,
  );
  const set = text.replaceAll(/^#(?=\w+=)/gm, '');
  expect([...set.matchAll(/^(\w+)=/gm)].map(([, option]) => option)).toEqual(declared);
  expect(declared).toEqual(['WEB_SERVICE', 'WEB_CHECK_PROCESS']);
  expect(text).not.toMatch(/^\w/m);
});
