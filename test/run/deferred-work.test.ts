import { renameSync } from 'node:fs';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { hook, HookNode, pluginText } from '../support/hook-node.ts';
import { inLittleTime } from '../support/in-little-time.ts';
import { script } from '../support/temporary-directory.ts';

/** Says what it is told, in one line an event. */
const tells = (event: string): string => `
  ${event}({ changes }, { log }) {
    const ips = (list: readonly { ip: string }[]) => list.map(({ ip }) => ip).join(',');
    log(\`taken \${ips(changes.taken)}; released \${ips(changes.released)}; retaken \${ips(changes.retaken)}; any \${changes.any}\`);
  },`;

/** 127.0.0.1 is the one address that every machine holds, and 10.255.0.1 one that this one does not. */
const held = '127.0.0.1';
const notHeld = '10.255.0.1';

function nodeWith(members: string): HookNode {
  const node = new HookNode();
  node.configure('public_addresses', `${held}/8 lo\n${notHeld}/24 lo\n`);
  node.plugin('60.x', pluginText(members));
  return node;
}

describe('a plugin in a process per event', () => {
  test('is told at ipreallocated of what the kernel holds, once', async () => {
    const node = nodeWith(tells('ipreallocated'));
    expect(await node.call('60.x', 'ipreallocated')).toMatchObject({
      output: `taken ${held}; released ; retaken ; any true\n`,
    });
    expect(await node.call('60.x', 'ipreallocated')).toMatchObject({
      output: 'taken ; released ; retaken ; any false\n',
    });
  });

  test('is told of an address released and taken back in between, though it handles neither event', async () => {
    const node = nodeWith(tells('ipreallocated'));
    await node.call('60.x', 'ipreallocated');
    await node.call('60.x', 'releaseip', 'lo', held, '8');
    await node.call('60.x', 'takeip', 'lo', held, '8');
    expect(await node.call('60.x', 'ipreallocated')).toMatchObject({
      output: `taken ; released ; retaken ${held}; any true\n`,
    });
  });

  test('is not told of an address whose takeip did not put it there: the kernel wins', async () => {
    const node = nodeWith(tells('ipreallocated'));
    await node.call('60.x', 'ipreallocated');
    await node.call('60.x', 'takeip', 'lo', notHeld, '24');
    expect(await node.call('60.x', 'ipreallocated')).toMatchObject({
      output: 'taken ; released ; retaken ; any false\n',
    });
  });

  test('that throws is told again', async () => {
    const node = nodeWith(
      "ipreallocated({ changes }, { log }) { log(String(changes.any)); throw new Failure('not now'); }",
    );
    for (let i = 0; i < 2; i++)
      expect(await node.call('60.x', 'ipreallocated')).toMatchObject({
        status: 1,
        output: 'true\nnot now\n',
      });
  });

  test('that is out of time is told again', async () => {
    const node = nodeWith(
      'async ipreallocated({ changes }, { log }) { log(String(changes.any)); await new Promise(() => undefined); }',
    );
    for (let i = 0; i < 2; i++) {
      const result = await inLittleTime(
        (CTDB_HOOK_TIMEOUT) => node.with({ CTDB_HOOK_TIMEOUT }).call('60.x', 'ipreallocated'),
        ({ output }) => output.startsWith('true\n'),
      );
      expect(result).toMatchObject({ status: 1, output: expect.stringMatching(/^true\n/) as string });
    }
  });

  test('whose state cannot be kept is told again', async () => {
    const node = nodeWith(
      "ipreallocated({ changes }, { log, state }) { log(String(changes.any)); state['all'] = 'x'.repeat(2 ** 21); }",
    );
    for (let i = 0; i < 2; i++)
      expect(await node.call('60.x', 'ipreallocated')).toMatchObject({
        status: 1,
        output: expect.stringMatching(/^true\n60\.x: state takes \d+ bytes/) as string,
      });
  });

  test('with both settling handlers is told once, at whichever comes first', async () => {
    const node = nodeWith(tells('recovered') + tells('ipreallocated'));
    expect(await node.call('60.x', 'recovered')).toMatchObject({
      output: `taken ${held}; released ; retaken ; any true\n`,
    });
    expect(await node.call('60.x', 'ipreallocated')).toMatchObject({
      output: 'taken ; released ; retaken ; any false\n',
    });
  });

  test('acts at recovered under a ctdbd that has no ipreallocated', async () => {
    const node = nodeWith(tells('ipreallocated'));
    for (const event of ['init', 'setup', 'startrecovery']) await node.call('60.x', event);
    expect(await node.call('60.x', 'recovered')).toMatchObject({
      output: `taken ${held}; released ; retaken ; any true\n`,
    });
    expect(await node.call('60.x', 'recovered')).toMatchObject({ output: '' });
  });

  test('does not act at recovered once ctdbd has raised an ipreallocated: what is pending waits for the next', async () => {
    const node = nodeWith(tells('ipreallocated'));
    await node.call('60.x', 'ipreallocated');
    await node.call('60.x', 'releaseip', 'lo', held, '8');
    expect(await node.call('60.x', 'recovered')).toMatchObject({ output: '' });
    expect(await node.call('60.x', 'ipreallocated')).toMatchObject({
      output: `taken ; released ; retaken ${held}; any true\n`,
    });
  });

  test('starts anew at init', async () => {
    const node = nodeWith(tells('ipreallocated'));
    await node.call('60.x', 'ipreallocated');
    await node.call('60.x', 'init');
    expect(await node.call('60.x', 'ipreallocated')).toMatchObject({
      output: `taken ${held}; released ; retaken ; any true\n`,
    });
  });

  test('remembers its state from event to event, also when it fails, and until init', async () => {
    const node = nodeWith(
      "monitor(_event, { state, log }) { state['n'] = Number(state['n'] ?? 0) + 1; log(String(state['n'])); return unhealthy('ill'); }, init() {},",
    );
    expect(await node.call('60.x', 'monitor')).toMatchObject({ status: 1, output: '1\nill\n' });
    expect(await node.call('60.x', 'monitor')).toMatchObject({ output: '2\nill\n' });
    await node.call('60.x', 'init');
    expect(await node.call('60.x', 'monitor')).toMatchObject({ output: '1\nill\n' });
  });

  test('whose ledger cannot be used is told of every address held, and why', async () => {
    const node = nodeWith(tells('ipreallocated'));
    node.configure('run/ctdb-hook', 'a file where a directory should be');
    const { status, output } = await node.call('60.x', 'ipreallocated');
    expect(output).toContain(`WARNING: ledger ${node.base}/run/ctdb-hook/ledger.sqlite: `);
    expect(output).toContain(`taken ${held}`);
    expect(status).toBe(0);
  });
});

describe('what plugins in processes of their own remember', () => {
  test('is not wiped by the init of one that comes later', async () => {
    const node = new HookNode();
    const counts =
      "init(_event, { state }) { state['n'] = 1; }, monitor(_event, { state, log }) { log(String(state['n'])); return healthy; }";
    node.plugin('10.a', pluginText(counts));
    node.plugin('20.b', pluginText(counts));
    for (const name of ['10.a', '20.b']) await node.call(name, 'init');
    for (const name of ['10.a', '20.b'])
      expect(await node.call(name, 'monitor')).toMatchObject({ output: '1\n' });
  });

  test('ends at init for one that has no handler for it', async () => {
    const node = new HookNode();
    node.plugin(
      '10.a',
      pluginText(
        "monitor(_event, { state, log }) { log(String(state['n'])); state['n'] = 1; return healthy; }",
      ),
    );
    await node.call('10.a', 'monitor');
    await node.call('10.a', 'init');
    expect(await node.call('10.a', 'monitor')).toMatchObject({ output: 'undefined\n' });
  });
});

describe('the run of a whole directory', () => {
  test('goes on after an error that a plugin left behind, which is reported with its place', async () => {
    const node = new HookNode();
    node.plugin(
      '10.a',
      pluginText(
        "monitor() { setTimeout(() => { void Promise.reject(new Error('late')); }, 50); return healthy; }",
      ),
    );
    node.plant({ '20.b.script': script('sleep 0.5; echo b') });
    expect(await node.hook('run', 'monitor')).toMatchObject({
      status: 0,
      output: `WARNING: 10.a, after it had ended: ERROR: Error: late (${node.events}/10.a.ts:3)\nb\n`,
    });
  });

  test('has what each plugin prints in that plugin’s output', async () => {
    const node = new HookNode();
    for (const name of ['10.a', '20.b'])
      node.plugin(name, pluginText(`monitor() { console.log('${name}'); return healthy; }`));
    const { entries } = JSON.parse((await node.hook('run', 'monitor', '--json')).output) as {
      entries: unknown[];
    };
    expect(entries).toMatchObject([{ output: '10.a\n' }, { output: '20.b\n' }]);
  });

  test('gives scripts CTDB_BASE where ctdbd did not', async () => {
    const node = new HookNode({ '10.a.script': script('echo "$CTDB_BASE"') });
    const environment = { ...process.env, CTDB_BASE: undefined, CTDB_TEST_MODE: undefined };
    const { stdout } = await execa(hook, ['run', 'monitor', '--dir', node.events], { env: environment });
    expect(stdout).toBe('/etc/ctdb');
  });

  test('says at which entry it failed, and how', async () => {
    const node = new HookNode({ '10.a.script': script('exit 3') });
    expect(await node.hook('run', 'monitor')).toMatchObject({
      status: 1,
      output: 'ctdb-hook: monitor failed at 10.a, which ended with status 3\n',
    });
    node.plant({ '05.b.script': script('kill -9 $$') });
    expect((await node.hook('run', 'monitor')).output).toBe(
      'ctdb-hook: monitor failed at 05.b, which was killed by a signal\n',
    );
    node.plant({ '01.c.script': script('exec sleep 60') });
    expect((await node.hook('run', 'monitor', '--timeout', '1')).output).toBe(
      'ctdb-hook: monitor failed at 01.c, which was out of time\n',
    );
  });

  test('does not count what a plugin does after the deadline, though it blocked until then', async () => {
    const node = nodeWith(
      `ipreallocated({ changes }, { log }) {
        log(String(changes.any));
        const end = Date.now() + 1000 * Number(process.env['CTDB_HOOK_TIMEOUT']) + 500;
        while (Date.now() < end);
      }`,
    );
    for (let i = 0; i < 2; i++) {
      const { status, output } = await inLittleTime(
        (CTDB_HOOK_TIMEOUT) => node.with({ CTDB_HOOK_TIMEOUT }).hook('run', 'ipreallocated'),
        (result) => result.output.startsWith('true\n'),
      );
      expect(output).toMatch(/^true\nERROR: 60\.x was still busy with ipreallocated when its time was up\n/);
      expect(status).toBe(1);
    }
  });

  test('does not wait longer than its deadline for a plugin to load', async () => {
    const node = new HookNode();
    node.plugin(
      '10.a',
      `await new Promise((resolve) => setTimeout(resolve, 4_000));\n${pluginText('monitor: () => healthy')}`,
    );
    expect((await node.hook('run', 'monitor', '--timeout', '1')).output).toBe(
      'ERROR: 10.a was still busy with monitor when its time was up\nctdb-hook: monitor failed at 10.a, which was out of time\n',
    );
  });

  test('tells plugins and hands scripts their arguments, in one order, and forgets plugins that are gone', async () => {
    const node = nodeWith(tells('ipreallocated'));
    node.plant({
      '../other/10.x.script': script(''),
      '50.first.script': script('echo "$0 $*"'),
      '70.last.script': script('echo last'),
    });
    const told = `taken ${held}; released ; retaken ; any true\n`;
    expect((await node.hook('run', 'ipreallocated')).output).toBe(
      `${node.events}/50.first.script ipreallocated\n${told}last\n`,
    );
    await node.hook('run', 'ipreallocated', '--dir', `${node.base}/events/other`);
    expect((await node.hook('run', 'ipreallocated')).output).not.toContain(told);
    renameSync(`${node.events}/60.x.script`, `${node.base}/60.x.script`);
    renameSync(`${node.events}/60.x.ts`, `${node.base}/60.x.ts`);
    await node.hook('run', 'ipreallocated');
    renameSync(`${node.base}/60.x.ts`, `${node.events}/60.x.ts`);
    expect((await node.hook('run', 'ipreallocated')).output).toContain(told);
  });

  test('in the working directory executes its scripts by their whole path', async () => {
    const node = new HookNode({ '10.a.script': script('echo "$0"; exit 1') });
    const { exitCode, stdout } = await execa(hook, ['run', 'monitor', '--dir', '.'], {
      cwd: node.events,
      env: { CTDB_TEST_MODE: '1', CTDB_BASE: node.base },
      reject: false,
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: `${node.events}/10.a.script` });
  });

  test('as JSON has each entry with its begin, end, status and output, and nothing beside', async () => {
    const node = nodeWith(
      "monitor(_event, { log }) { console.log('written'); log('logged'); return unhealthy('ill'); }",
    );
    node.plant({ '10.a.script': script('echo a; exit 0'), '20.off.script': { text: '', mode: 0o644 } });
    const { status, output } = await node.hook('run', 'monitor', '--json');
    const record = JSON.parse(output) as { entries: unknown[] };
    expect(record).toMatchObject({ event: 'monitor', argv: [], status: 'ERROR 1', result: 1 });
    expect(record.entries).toMatchObject([
      { name: '10.a', kind: 'script', status: 'OK', result: 0, output: 'a\n' },
      { name: '20.off', kind: 'script', status: 'DISABLED', result: -8, output: '' },
      { name: '60.x', kind: 'plugin', status: 'ERROR 1', result: 1, output: 'written\nlogged\nill\n' },
    ]);
    expect(status).toBe(1);
  });
});
