import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { enableScript } from '../../../core/daemon/component/enable-script.ts';
import { results } from '../../../core/eventd-protocol/messages.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const { ok, missing, invalid } = results;
const mode = (directory: string, name: string): number => statSync(join(directory, name)).mode & 0o7777;

test.each([
  ['enable', 0o640, 0o751],
  ['enable', 0o755, 0o755],
  ['disable', 0o755, 0o644],
  ['disable', 0o4711, 0o4600],
] as const)('%s makes mode %o %o', (action, before, after) => {
  const directory = temporaryDirectory({ '10.a.script': { mode: 0o600 } });
  const path = join(directory, '10.a.script');
  chmodSync(path, before);
  expect(enableScript(directory, '10.a', action)).toEqual({ result: ok });
  expect(mode(directory, '10.a.script')).toBe(after);
});

test('a plugin goes before the script that it replaces', () => {
  const directory = temporaryDirectory({ '10.a.script': { mode: 0o755 }, '10.a.ts': { mode: 0o755 } });
  expect(enableScript(directory, '10.a', 'disable')).toEqual({ result: ok });
  expect([mode(directory, '10.a.ts'), mode(directory, '10.a.script')]).toEqual([0o644, 0o755]);
});

test('a name may be given with its ending', () => {
  const directory = temporaryDirectory({ '10.a.script': { mode: 0o644 } });
  expect(enableScript(directory, '10.a.script', 'enable')).toEqual({ result: ok });
  expect(mode(directory, '10.a.script')).toBe(0o755);
});

test('links, directories, names that none can have and what is not there are refused', () => {
  const directory = temporaryDirectory({
    '10.a.script': { mode: 0o644 },
    '20.link.script': { target: '10.a.script' },
    '30.dangling.script': { target: '/nonexistent' },
    '40.directory.script/file': '',
    '50.builtin.ts': { target: '10.a.script' },
  });
  const refused = (name: string, action: 'enable' | 'disable' = 'enable') => {
    const { result, refused: why } = enableScript(directory, name, action);
    return `${result}: ${why ?? 'done'}`.replaceAll(directory, 'DIR');
  };
  expect(['20.link', '30.dangling', '40.directory', '50.builtin'].map((name) => refused(name))).toEqual([
    `${invalid}: cannot enable "20.link" in DIR: DIR/20.link.script is a link to 10.a.script: it is enabled by being there`,
    `${invalid}: cannot enable "30.dangling" in DIR: DIR/30.dangling.script is a link to /nonexistent: it is enabled by being there`,
    `${invalid}: cannot enable "40.directory" in DIR: DIR/40.directory.script is no file`,
    `${invalid}: cannot enable "50.builtin" in DIR: DIR/50.builtin.ts is a link to 10.a.script: it is enabled by being there`,
  ]);
  expect(refused('50.builtin', 'disable')).toBe(
    `${invalid}: cannot disable "50.builtin" in DIR: DIR/50.builtin.ts is a link to 10.a.script: remove the link to disable it`,
  );
  for (const name of ['', '10', '10.', 'a.10', '10.a/', '../10.a', '1.a'])
    expect(refused(name)).toBe(`${invalid}: cannot enable "${name}" in DIR: expected NN.name`);
  expect(refused('60.none')).toBe(
    `${missing}: cannot enable "60.none" in DIR: there is no DIR/60.none.script`,
  );
  expect(mode(directory, '10.a.script')).toBe(0o644);
});
