import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPluginName } from '../../core/scaffold/plugin-name.ts';
import { hook, HookNode } from '../support/hook-node.ts';
import { plant, temporaryDirectory } from '../support/temporary-directory.ts';

const files = ['55.web.options', '55.web.test.ts', '55.web.ts', 'README.md', 'package.json', 'tsconfig.json'];

/** Calls `ctdb-hook new` from anywhere. */
const newPlugin = (...words: string[]) => new HookNode().hook('new', ...words);

test('it writes a plugin, its options, its test and a project, and prints three commands and nothing else', async () => {
  const folder = join(temporaryDirectory(), 'a new/folder');
  const { status, output } = await newPlugin('55.web', folder);
  expect({ status, output }).toEqual({
    status: 0,
    output: `cd '${folder}' && ${hook} node --test\n${hook} try 55.web.ts\nnpm install && npm test\n`,
  });
  expect(readdirSync(folder).sort()).toEqual(files);
  const executable = files.filter((name) => (statSync(join(folder, name)).mode & 0o100) !== 0);
  expect(executable).toEqual(['55.web.ts']);
});

test.each([
  ['web', 'there is no number, which is its place in the order of all plugins and scripts', '55.web'],
  ['5.web', 'its number does not have two digits', '55.web'],
  ['055.web', 'its number does not have two digits', '55.web'],
  ['55.', 'there is no name after the number', '55.web'],
  ['55.my web', '" " cannot be in it, only letters, digits, - and _', '55.my-web'],
  ['55.wéb', '"é" cannot be in it, only letters, digits, - and _', '55.w-b'],
  ['55.a/b', '"/" cannot be in it, only letters, digits, - and _', '55.a-b'],
  ['55.web.old', '"." cannot be in it, only letters, digits, - and _', '55.web-old'],
  ['55.-web', 'its name begins with -', '55.web'],
  [`55.${'x'.repeat(29)}`, 'it is longer than 31 characters', `55.${'x'.repeat(28)}`],
])('"%s" is no name: %s', async (name, fault, instead) => {
  const folder = join(temporaryDirectory(), 'web');
  const { status, output } = await newPlugin(name, folder);
  expect({ status, output }).toEqual({
    status: 1,
    output: `ctdb-hook: new: "${name}": ${fault}, expected NN.name, such as ${instead}\n`,
  });
  expect(existsSync(folder)).toBe(false);
});

test('what it proposes in place of a wrong name is a name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (word) => {
      try {
        readPluginName(word, []);
      } catch (error) {
        readPluginName(/such as (.*)$/s.exec((error as Error).message)?.[1] ?? '', []);
      }
    }),
  );
});

test('the name of a built-in plugin is refused, with what enables it', async () => {
  const { status, output } = await newPlugin('60.nfs', temporaryDirectory());
  expect({ status, output }).toEqual({
    status: 1,
    output:
      'ctdb-hook: new: 60.nfs is built in, and a file of this name would run in its place: enable it with "ctdb-hook install --plugins 60.nfs", or take another name, such as 55.my-nfs\n',
  });
});

test('a second plugin joins the project of the first, whose own files stay', async () => {
  const folder = temporaryDirectory();
  await newPlugin('55.web', folder);
  plant(folder, { 'README.md': 'mine\n' });
  expect(await newPlugin('56.api.ts', folder)).toMatchObject({ status: 0 });
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe('mine\n');
  expect(readdirSync(folder)).toContain('56.api.ts');
});

test('a full folder is no hindrance; a file of the plugin that is there is, before anything is written', async () => {
  const folder = temporaryDirectory();
  plant(folder, { 'other.txt': 'x\n', '55.web.test.ts': 'mine\n' });
  expect(await newPlugin('55.web', folder)).toMatchObject({
    status: 1,
    output: `ctdb-hook: new: ${folder}/55.web.test.ts: there already; --force writes over it\n`,
  });
  expect(readdirSync(folder).sort()).toEqual(['55.web.test.ts', 'other.txt']);
  expect(await newPlugin('55.web', folder, '--force')).toMatchObject({ status: 0 });
  expect(readdirSync(folder).sort()).toEqual([...files, 'other.txt'].sort());
  expect(readFileSync(join(folder, '55.web.test.ts'), 'utf8')).not.toBe('mine\n');
});

test('--force replaces a link, and leaves what it leads to', async () => {
  const folder = temporaryDirectory();
  const elsewhere = join(temporaryDirectory(), 'precious');
  plant(join(elsewhere, '..'), { precious: 'mine\n' });
  symlinkSync(elsewhere, join(folder, '55.web.ts'));
  expect(await newPlugin('55.web', folder, '--force')).toMatchObject({ status: 0 });
  expect(readFileSync(elsewhere, 'utf8')).toBe('mine\n');
});

test('a package.json that makes Node take plugins for CommonJS is told, with what to type', async () => {
  const folder = temporaryDirectory();
  plant(folder, { 'package.json': '{ "type": "commonjs" }\n' });
  expect(await newPlugin('55.web', folder)).toMatchObject({
    status: 1,
    output: `ctdb-hook: new: ${folder}/package.json has type "commonjs", expected "module": npm pkg set type=module\n`,
  });
  plant(folder, { 'package.json': '{ "type": "module" }\n' });
  const { output } = await newPlugin('55.web', folder);
  expect(output).toContain(`\nnpm install && npx tsc && ${hook} node --test\n`);
});

test('a folder that cannot be made is told', async () => {
  const folder = temporaryDirectory();
  plant(folder, { file: '' });
  const { status, output } = await newPlugin('55.web', join(folder, 'file/web'));
  expect({ status, output }).toEqual({
    status: 1,
    output: `ctdb-hook: new: ENOTDIR: not a directory, lstat '${folder}/file/web/55.web.ts'\n`,
  });
});

test('in a project that has ctdb-hook from npm it is called as there, and its settings are found there', async () => {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(hook, '../..'), join(folder, 'node_modules/ctdb-hook'));
  expect((await newPlugin('55.web', join(folder, 'web'))).output).toContain(
    '\nnpx ctdb-hook try 55.web.ts\n',
  );
  const { extends: settings } = JSON.parse(readFileSync(join(folder, 'web/tsconfig.json'), 'utf8')) as {
    extends: string;
  };
  expect(settings).toBe('../node_modules/ctdb-hook/dist/tsconfig.plugin.json');
});
