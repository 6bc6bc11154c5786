import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hook, HookNode, pluginText } from '../support/hook-node.ts';
import { inLittleTime } from '../support/in-little-time.ts';
import { script } from '../support/temporary-directory.ts';

/** What ctdb-hook answers to things that are wrong: a clear message, exit status 1, and nothing else lost. */
describe('a command line', () => {
  test.each([
    [['run', 'monitr'], 'unknown event "monitr": did you mean monitor?'],
    [['run', 'xyzzy'], 'unknown event "xyzzy", expected one of init, setup, startup'],
    [['run'], 'run: no event, expected ctdb-hook run EVENT [ARG ...]'],
    [['run', 'takeip', 'eth0'], 'ERROR: must supply interface, IP and maskbits'],
    [
      ['run', 'takeip', 'eth0', '10.0.0.300', '24'],
      'argument 2 (IP) is "10.0.0.300", expected an IPv4 or IPv6 address',
    ],
    [
      ['run', 'monitor', '--dir', '/nonexistent'],
      'Cannot read the event directory /nonexistent: it does not exist',
    ],
    [
      ['run', 'monitor', '--dir', '/etc/passwd'],
      'Cannot read the event directory /etc/passwd: it is not a directory',
    ],
    [['run', 'monitor', '--convention', 'new'], '--convention is "new", expected legacy or events.d'],
    [['run', 'monitor', '--timeout', '2s'], '--timeout is "2s", expected whole seconds from 0 to 999999'],
    [['run', 'monitor', '--tineout', '2'], 'run: unknown option "--tineout": did you mean --timeout?'],
    [['lsit'], 'unknown command "lsit": did you mean list?'],
  ])('%j is refused', async (words, message) => {
    const { status, output } = await new HookNode().hook(...words);
    expect(output).toContain(message);
    expect(output).not.toContain('    at ');
    expect(status).toBe(1);
  });

  test('a timeout in the environment that is no number is refused', async () => {
    const { status, output } = await new HookNode()
      .with({ CTDB_HOOK_TIMEOUT: 'soon' })
      .hook('run', 'monitor');
    expect(output).toContain('CTDB_HOOK_TIMEOUT is "soon", expected whole seconds');
    expect(status).toBe(1);
  });
});

describe('a link to ctdb-hook', () => {
  test('without an event says what it expects', async () => {
    const node = new HookNode();
    node.plugin('60.x', pluginText('monitor: () => healthy'));
    expect(await node.call('60.x')).toMatchObject({
      status: 1,
      output: '60.x.script: no event, expected 60.x.script EVENT [ARG ...]\n',
    });
  });

  test('without NN says how it should be named', async () => {
    const node = new HookNode({ 'nfs.script': { target: hook } });
    expect(await node.call('nfs', 'monitor')).toMatchObject({
      status: 1,
      output:
        'nfs.script: NN is missing: a link to ctdb-hook is named NN.name.script, such as 60.nfs.script\n',
    });
  });

  test('that names no plugin says which there are', async () => {
    const node = new HookNode({ '60.nsf.script': { target: hook } });
    const { status, output } = await node.call('60.nsf', 'monitor');
    expect(output).toMatch(
      /60\.nsf\.script: no plugin 60\.nsf\.ts beside it, nor a built-in 60\.nsf \(there are .*60\.nfs/,
    );
    expect(status).toBe(1);
  });

  test('beside a dangling plugin link does not run the built-in in its place', async () => {
    const node = new HookNode({ '60.nfs.script': { target: hook }, '60.nfs.ts': { target: 'gone.ts' } });
    expect(await node.call('60.nfs', 'monitor')).toMatchObject({
      status: 1,
      output: `${node.events}/60.nfs.ts: a dangling link, expected a plugin\n`,
    });
  });

  test('with wrong arguments says which', async () => {
    const node = new HookNode();
    node.plugin('60.x', pluginText('takeip() {}, releaseip() {}, ipreallocated() {}'));
    expect(await node.call('60.x', 'takeip', 'eth0', '10.0.0.1', '99')).toMatchObject({
      status: 1,
      output: 'ERROR: takeip: argument 3 (maskbits) is "99", expected a whole number from 0 to 32\n',
    });
  });

  test('ignores an event that it does not know, as every stock script does', async () => {
    const node = new HookNode();
    node.plugin('60.x', pluginText('monitor: () => healthy'));
    expect(await node.call('60.x', 'newevent')).toMatchObject({ status: 0, output: '' });
  });
});

describe('an error in a plugin', () => {
  test('tells each call in its author’s files, the innermost first, and its causes', async () => {
    const node = new HookNode();
    node.plant({ 'shares/read.ts': shares });
    node.plugin(
      '60.x',
      `import { readShares } from './shares/read.ts';\n${pluginText('async monitor() {\n  await readShares();\n  return healthy;\n}')}`,
    );
    const { output, status } = await node.call('60.x', 'monitor');
    expect(status).toBe(1);
    const read = join(node.events, 'shares/read.ts');
    expect(output.split('\n')).toEqual([
      `ERROR: Error: no shares (${read}:7)`,
      `    at readShares (${read}:7:11)`,
      `    at async Object.monitor (${node.events}/60.x.ts:5:3)`,
      `Caused by: TypeError: not a disk (${read}:2)`,
      `    at lookAt (${read}:2:9)`,
      `    at readShares (${read}:5:34)`,
      `    at async Object.monitor (${node.events}/60.x.ts:5:3)`,
      'Caused by: "it is round"',
      '',
    ]);
  });

  test('that is its own cause is told a few times', async () => {
    const node = new HookNode();
    const body = "const error = new Error('again'); error.cause = error; throw error;";
    node.plugin('60.x', pluginText(`monitor() { ${body} }`));
    const { output } = await node.call('60.x', 'monitor');
    expect(output.match(/again/g)).toHaveLength(6);
  });
});

describe('a plugin', () => {
  test.each([
    ['throws a Failure', "throw new Failure('the disk is gone')", 'the disk is gone\n'],
    [
      'throws another error',
      "throw new TypeError('not a disk')",
      /^ERROR: TypeError: not a disk \(.*60\.x\.ts:3\)\n$/,
    ],
    ['rejects', "return Promise.reject(new Error('later'))", /^ERROR: Error: later \(.*60\.x\.ts:3\)\n$/],
    ['throws what is no error', "throw 'text'", 'ERROR: "text" was thrown, expected an Error\n'],
    ['is unhealthy', "return unhealthy('no disk')", 'no disk\n'],
    [
      'does not say how it is',
      'return undefined',
      'ERROR: monitor returned undefined, expected healthy or unhealthy(reason)\n',
    ],
    [
      'rejects where nobody awaits',
      "void Promise.reject(new Error('stray')); return new Promise(() => undefined)",
      /^ERROR: Error: stray \(.*60\.x\.ts:3\)\n$/,
    ],
    [
      'throws in a timer',
      "setTimeout(() => { throw new Error('timer') }, 1); return new Promise(() => undefined)",
      /^ERROR: Error: timer \(.*60\.x\.ts:3\)\n$/,
    ],
    [
      'calls process.exit',
      'process.exit(0)',
      'ERROR: 60.x ended the process, or waited for nothing, before its handler was done\n',
    ],
  ])('that %s fails its event', async (_what, body, expected) => {
    const node = new HookNode();
    node.plugin(
      '60.x',
      pluginText(`async monitor() {\n${body} }`).replace(
        'export default definePlugin({\n',
        'export default definePlugin({ ',
      ),
    );
    const { status, output } = await node.call('60.x', 'monitor');
    expect(output).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
    expect(status).toBe(1);
  });

  test('that never settles with nothing to wait for is ended in time', async () => {
    const node = new HookNode();
    node.plugin('60.x', pluginText('monitor: () => new Promise(() => undefined)'));
    expect(await node.with({ CTDB_HOOK_TIMEOUT: '1' }).call('60.x', 'monitor')).toMatchObject({
      status: 1,
      output: 'ERROR: 60.x was still busy with monitor when its time was up\n',
    });
  });

  test('that spins is ended from outside', async () => {
    const node = new HookNode();
    node.plugin('60.x', pluginText('monitor() { for (;;); }'));
    const { status, output } = await node.with({ CTDB_HOOK_TIMEOUT: '1' }).call('60.x', 'monitor');
    expect(output).toBe('ERROR: 60.x.script did not end within 6 seconds and was killed\n');
    expect(status).toBe(1);
  });

  test('that crashes Node fails its event with 1, the only status that means failure to every ctdbd', async () => {
    const node = new HookNode();
    node.plugin('60.x', pluginText('monitor() { process.abort(); }'));
    const { status, output } = await node.call('60.x', 'monitor');
    expect(output).toContain('ERROR: 60.x.script ended unexpectedly, with status 134');
    expect(status).toBe(1);
  });

  test('that writes to standard output and error has both in its output, in order', async () => {
    const node = new HookNode();
    node.plugin(
      '60.x',
      pluginText(
        "monitor(_event, { log }) { log('1'); console.log('2'); process.stderr.write('3\\n'); log('4'); console.error('5'); return healthy; }",
      ),
    );
    expect(await node.call('60.x', 'monitor')).toMatchObject({ status: 0, output: '1\n2\n3\n4\n5\n' });
  });

  test('that writes without end has its output cut, and is told so', async () => {
    const node = new HookNode();
    node.plugin(
      '60.x',
      pluginText(
        "monitor(_event, { log }) { for (let i = 0; i < 30; i++) log('x'.repeat(100_000)); return healthy; }",
      ),
    );
    const { status, output } = await node.call('60.x', 'monitor');
    expect(output).toMatch(/x\n\[output cut: 1951454 bytes more\]\n$/);
    expect(status).toBe(0);
  });

  test('whose command writes without end is ended in time, and its command with it', async () => {
    const node = new HookNode();
    node.plugin('60.x', pluginText("async monitor(_event, { act }) { await act(['yes']); return healthy; }"));
    const { status, output } = await inLittleTime(
      (CTDB_HOOK_TIMEOUT) => node.with({ CTDB_HOOK_TIMEOUT }).call('60.x', 'monitor'),
      (result) => result.output.includes('[output cut: '),
    );
    expect(output).toMatch(/\[output cut: \d+ bytes more\]\n$/);
    expect(status).toBe(1);
  });

  test('whose command writes what is no UTF-8 has it passed on byte for byte', async () => {
    const node = new HookNode();
    node.plugin(
      '60.x',
      pluginText(
        String.raw`async monitor(_event, { act }) { await act(['printf', '\\377\\000\\n']); return healthy; }`,
      ),
    );
    const { status, bytes } = await node.call('60.x', 'monitor');
    expect(bytes).toEqual(Buffer.from([0xff, 0, 0x0a]));
    expect(status).toBe(0);
  });

  test('with options that are wrong says file, line, variable, value and what was expected', async () => {
    const node = new HookNode();
    node.plugin(
      '60.x',
      `import * as z from 'zod';\n${pluginText('options: z.object({ X_FAST: option.yesNo(false) }), monitor: () => healthy')}`,
    );
    node.configure('script.options', '# mine\nX_FAST=maybe\n');
    expect(await node.call('60.x', 'monitor')).toMatchObject({
      status: 1,
      output: `${node.base}/script.options:2: X_FAST is "maybe", expected yes or no\n`,
    });
  });
});

describe('an entry of the event directory', () => {
  test('that is a dangling link or has no interpreter line is DISABLED, and the others run', async () => {
    const node = new HookNode({
      '10.gone.script': { target: '/nonexistent' },
      '20.plain.script': { text: 'echo never\n', mode: 0o755 },
      '30.last.script': script('echo last'),
    });
    const { status, output } = await node.hook('run', 'monitor', '--timeline');
    expect(output).toMatch(/20\.plain.*DISABLED/);
    expect(output).toMatch(/last\n.*30\.last.*OK/);
    expect(status).toBe(0);
  });

  test('that is a script writing what is no UTF-8 loses nothing of it', async () => {
    const node = new HookNode({ '10.bytes.script': script(String.raw`printf 'caf\351\n'`) });
    expect((await node.hook('run', 'monitor')).bytes).toEqual(Buffer.from('caf\xe9\n', 'latin1'));
  });

  test('that is a script writing without end is ended with its group, and its output cut', async () => {
    const node = new HookNode({ '10.yes.script': script('yes') });
    const { status, output } = await inLittleTime(
      (timeoutS) => node.hook('run', 'monitor', '--timeout', timeoutS),
      (result) => result.output.includes('[output cut: '),
    );
    expect(output).toMatch(
      /\[output cut: \d+ bytes more\]\nctdb-hook: monitor failed at 10\.yes, which was out of time\n$/,
    );
    expect(status).toBe(1);
  });

  test('that is a plugin anybody may write to is refused, and says so in list', async () => {
    const node = new HookNode();
    node.plugin('60.x', pluginText('monitor: () => healthy'));
    chmodSync(join(node.events, '60.x.ts'), 0o757);
    const { status, output } = await node.call('60.x', 'monitor');
    expect(output).toBe(
      `${node.events}/60.x.ts (mode 0757) can be written by anybody, expected by root alone\n`,
    );
    expect(status).toBe(1);
    expect((await node.hook('list')).output).toMatch(/60\.x {2}plugin {2}refused: .*mode 0757/);
  });

  test('that is a plugin whose import anybody may write to is refused', async () => {
    const node = new HookNode({ 'shared.ts': { text: 'export const x = 1;', mode: 0o666 } });
    chmodSync(join(node.events, 'shared.ts'), 0o666);
    node.plugin(
      '60.x',
      `import { x } from './shared.ts';\n${pluginText('monitor: () => (x ? healthy : healthy)')}`,
    );
    expect(await node.call('60.x', 'monitor')).toMatchObject({
      status: 1,
      output: `${node.events}/shared.ts (mode 0666) can be written by anybody, expected by root alone\n`,
    });
  });
});

/** A file of an author's beside the plugin, with an error that has a cause. */
const shares = `function lookAt(disk: string): void {
  throw new TypeError('not a disk', { cause: disk });
}
export async function readShares(): Promise<void> {
  try { await Promise.resolve(); lookAt('it is round'); }
  catch (cause) {
    throw new Error('no shares', { cause });
  }
}
`;
