import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { packageVersion } from '../../core/package/package-version.ts';
import { shownCommands } from '../../core/commands/commands.ts';
import { builtinPlugins } from '../support/builtin-plugins.ts';
import { HookNode, pluginText } from '../support/hook-node.ts';
import { buildPackage, debianArchitecture } from '../support/package-files.ts';
import { installTimeoutMs, sharedDirectory } from '../support/release.ts';
import { plant } from '../support/temporary-directory.ts';
import { codeBlocks } from '../docs/readme.ts';

// The Debian package as it is built for this machine's processor; package-session.test.ts has dpkg install it.

const directory = sharedDirectory();
const unpacked = join(directory, 'unpacked');
const program = join(unpacked, 'usr/lib', `ctdb-hook-${packageVersion()}`);
let deb = '';

beforeAll(async () => {
  deb = await buildPackage('deb', join(directory, 'first'));
  await execa('dpkg-deb', ['--extract', deb, unpacked]);
}, installTimeoutMs);

describe('the Debian package', () => {
  test(
    'has the same bytes when it is built again',
    async () => {
      const again = await buildPackage('deb', join(directory, 'second'));
      expect(readFileSync(again).equals(readFileSync(deb))).toBe(true);
    },
    installTimeoutMs,
  );

  test('has one folder, the command, documents, man pages and completion, all root’s and writable for nobody else', async () => {
    const { stdout } = await execa('dpkg-deb', ['--contents', deb]);
    const lines = stdout.split('\n');
    expect(lines.length).toBeGreaterThan(100);
    const wrong = lines.filter((line) => !/^(?:[d-]rw[x-]r-[x-]r-[x-]|lrwxrwxrwx) root\/root /.test(line));
    expect(wrong).toEqual([]);
    const files = lines.filter((line) => !line.endsWith('/'));
    const places = files.map((line) => / \.\/(usr\/(?:share\/[^/]+|[^/]+)\/[^/ ]+)/.exec(line)?.[1] ?? line);
    expect([...new Set(places)].sort()).toEqual([
      'usr/bin/ctdb-hook',
      'usr/lib/ctdb-hook',
      `usr/lib/ctdb-hook-${packageVersion()}`,
      'usr/share/bash-completion/completions',
      'usr/share/doc/ctdb-hook',
      'usr/share/man/man8',
    ]);
    const pages = readdirSync(join(unpacked, 'usr/share/man/man8'));
    expect(pages).toEqual(expect.arrayContaining(shownCommands.map(([name]) => `ctdb-hook-${name}.8.gz`)));
  });

  test('says what it needs of the system, and of which processor it is', async () => {
    const field = async (name: string): Promise<string> =>
      (await execa('dpkg-deb', ['--field', deb, name])).stdout;
    expect(await field('Architecture')).toBe(debianArchitecture);
    expect(await field('Version')).toBe(packageVersion());
    expect(await field('Depends')).toMatch(
      /^libc6 \(>= 2\.\d\d\), libgcc-s1 \(>= [\d.]+\), libstdc\+\+6 \(>= [\d.]+\)$/,
    );
    // As much as dpkg says it takes is what it takes, but for directories.
    const { stdout } = await execa('du', ['-sk', '--apparent-size', unpacked]);
    expect(Number(await field('Installed-Size')) / Number.parseInt(stdout, 10)).toBeCloseTo(1, 1);
  });

  test('has no sources, no map, no path of this checkout, and Node without its symbols', async () => {
    const files = readdirSync(program, { recursive: true, encoding: 'utf8' });
    const sources = files.filter((name) => /(?<!\.d)\.ts$|\.map$|\.cjs$|\.h$/.test(name));
    expect(sources).toEqual(builtinPlugins.map((name) => `plugins/${name}/plugin.ts`));
    const found = await execa('grep', ['-rlF', packageRoot, unpacked], { reject: false });
    expect(found).toMatchObject({ exitCode: 1, stdout: '' });
    const sections = await execa(`${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu-readelf`, [
      '-SW',
      join(program, 'node/bin/node'),
    ]);
    expect(sections.stdout).not.toContain('.symtab');
  });

  test('has the licences of all that is in it', () => {
    const text = readFileSync(join(unpacked, 'usr/share/doc/ctdb-hook/copyright'), 'utf8');
    const titles = [...text.matchAll(/^={80}\n(.*)\n\n(.*)$/gm)].map(([, title, first]) => [title, first]);
    const named = titles.map(([title = '']) => title.split(' ')[0]);
    expect(named).toEqual(expect.arrayContaining(['execa', 'koffi', 'prom-client', 'zod', 'Node.js']));
    expect(titles.filter(([, first = '']) => first.trim() === '')).toEqual([]);
    const modules = readdirSync(join(program, 'node_modules')).filter((name) => !name.startsWith('@'));
    expect(modules.filter((name) => !named.includes(name))).toEqual([]);
  });

  test('has the checksums of its files, for itself and for dpkg', async () => {
    await execa('sha256sum', ['--check', '--quiet', 'checksums'], { cwd: program });
    await execa('dpkg-deb', ['--control', deb, join(directory, 'control')]);
    const { stdout } = await execa('md5sum', ['--check', join(directory, 'control/md5sums')], {
      cwd: unpacked,
    });
    const files = await execa('find', [unpacked, '-type', 'f']);
    expect(stdout.split('\n')).toHaveLength(files.stdout.split('\n').length);
  });

  test('is made by scripts that shellcheck finds nothing wrong with', async () => {
    const scripts = join(packageRoot, '.config/package/debian');
    await execa(
      'shellcheck',
      readdirSync(scripts).map((name) => join(scripts, name)),
    );
  });
});

describe('the program in it, where there is no node and no npm', () => {
  const nodeOf = (...[files]: ConstructorParameters<typeof HookNode>): HookNode =>
    new HookNode(files, join(program, 'bin/ctdb-hook'));
  /** A PATH with nothing but what execa's pipes are made by. */
  const withoutNode = { PATH: join(directory, 'path') };
  beforeAll(() => {
    mkdirSync(withoutNode.PATH);
    symlinkSync('/usr/bin/mkfifo', join(withoutNode.PATH, 'mkfifo'));
  });

  test('runs on the Node that came along', async () => {
    const node = nodeOf();
    node.plugin('60.x', pluginText('monitor(_event, { log }) { log(process.execPath); return healthy; }'));
    expect(await node.with(withoutNode).call('60.x', 'monitor')).toMatchObject({
      status: 0,
      output: `${program}/node/bin/node\n`,
    });
  });

  test.each(['koffi', 'execa'])('starts commands through %s', async (spawn) => {
    const node = nodeOf();
    node.plugin('60.x', pluginText("async setup(_event, { act }) { await act(['/bin/echo', 'started']); }"));
    const { call } = node.with({ ...withoutNode, CTDB_HOOK_SPAWN: spawn });
    expect(await call('60.x', 'setup')).toMatchObject({ status: 0, output: 'started\n' });
  });

  test('has each part of zod that the npm package has, for plugins; its messages in English only', async () => {
    const { exports } = JSON.parse(
      readFileSync(join(packageRoot, 'node_modules/zod/package.json'), 'utf8'),
    ) as { exports: object };
    const parts = Object.keys(exports).flatMap((name) => /^\.\/([\w/-]+)$/.exec(name)?.[1] ?? []);
    expect(parts).toContain('v4/mini');
    const sizes = parts.map(async (part) => {
      const name = ['zod', part].join('/');
      const module = (await import(name)) as object;
      return part.endsWith('locales') ? 1 : Object.keys(module).length;
    });
    const imports = parts.map((name, index) => `import * as z${index} from 'zod/${name}';\n`).join('');
    const seen = parts.map((_part, index) => `Object.keys(z${index}).length`).join(', ');
    const node = nodeOf();
    node.plugin('60.x', imports + pluginText(`init(_event, { log }) { log([${seen}].join(' ')); }`));
    expect(await node.with(withoutNode).call('60.x', 'init')).toMatchObject({
      status: 0,
      output: `${(await Promise.all(sizes)).join(' ')}\n`,
    });
  });

  test('enables a built-in plugin by a link to its source, and by a link to the command', async () => {
    const node = nodeOf({ '10.interface.ts': { target: join(program, 'plugins/10.interface/plugin.ts') } });
    const said = { status: 0, output: 'No public addresses file found\n' };
    expect(await node.hook('run', 'init')).toMatchObject(said);
    symlinkSync(join(program, 'bin/ctdb-hook'), join(node.events, '10.interface.script'));
    expect(await node.call('10.interface', 'init')).toMatchObject(said);
  });

  test('has the types that a plugin’s author needs', async () => {
    const folder = join(directory, 'author');
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    symlinkSync(program, join(folder, 'node_modules/ctdb-hook'));
    symlinkSync(join(program, 'node_modules/zod'), join(folder, 'node_modules/zod'));
    const compile = async (text: string): Promise<string> => {
      const compilerOptions = { module: 'nodenext', target: 'es2024', strict: true, noEmit: true, types: [] };
      plant(folder, {
        'tsconfig.json': JSON.stringify({ compilerOptions, include: ['*.ts'] }),
        'package.json': '{ "type": "module" }',
        '70.web.ts': text,
      });
      const tsc = join(packageRoot, 'node_modules/typescript/bin/tsc');
      return (await execa(process.execPath, [tsc, '-p', folder], { reject: false })).stdout;
    };
    const [example = ''] = codeBlocks('ts', 'plugins/README.md');
    expect(await compile(example)).toBe('');
    expect(
      await compile(example.replace('service.start(options.WEB_SERVICE)', 'service.start(options.WEB)')),
    ).toContain("Property 'WEB' does not exist");
  });
});
