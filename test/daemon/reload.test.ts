import { chmodSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { results } from '../../core/eventd-protocol/messages.ts';
import { EventdNode, type RunningEventd } from '../support/eventd-node.ts';
import { pluginText } from '../support/hook-node.ts';
import { plant } from '../support/temporary-directory.ts';

const { ok, failed } = results;

/** A plugin that says its version, the process it is in, how often its module was run there, and counts its events. */
const version = (name: string, imports = ''): string =>
  `${imports}import { definePlugin, healthy } from 'ctdb-hook';
const counts = (globalThis as { counts?: Record<string, number> }).counts ??= {};
counts['60.p'] = (counts['60.p'] ?? 0) + 1;
export default definePlugin({
  monitor(_event, { log, state }) {
    state['count'] = Number(state['count'] ?? 0) + 1;
    log(${name} + ' ' + process.pid + ' loaded ' + counts['60.p'] + ' count ' + state['count']);
    return healthy;
  },
});
`;

/** What the plugin says at the next monitor. */
async function monitor(daemon: RunningEventd) {
  const result = await daemon.run('monitor');
  const [, output = ''] = (await daemon.entries('monitor'))['60.p'] ?? [];
  const [, name, pid, loaded, count] = /^(\S+) (\d+) loaded (\d+) count (\d+)$/m.exec(output) ?? [];
  return { result, name, pid: Number(pid), loaded: Number(loaded), count: Number(count), output };
}

describe('at the next event', () => {
  test('a changed plugin runs in its new version, in a new process, with its state', async () => {
    const node = new EventdNode();
    node.plugin('60.p', version(`'one'`));
    const daemon = await node.start();
    const one = await monitor(daemon);
    const again = await monitor(daemon);
    expect([one, again]).toMatchObject([
      { name: 'one', loaded: 1, count: 1 },
      { name: 'one', loaded: 1, count: 2, pid: one.pid },
    ]);
    const seen = new Set([one.pid]);
    for (const [index, name] of ['two', 'three', 'four'].entries()) {
      node.plugin('60.p', version(`'${name}'`));
      const next = await monitor(daemon);
      expect(next).toMatchObject({ result: ok, name, loaded: 1, count: 3 + index });
      expect(seen.has(next.pid)).toBe(false);
      seen.add(next.pid);
    }
    await expect.poll(() => daemon.process.hosts().length).toBe(2);
  });

  test('a changed module that a plugin imports takes effect', async () => {
    const node = new EventdNode({ 'lib/word.ts': `export const word: string = 'one';\n` });
    node.plugin('60.p', version('word', `import { word } from './lib/word.ts';\n`));
    const daemon = await node.start();
    expect(await monitor(daemon)).toMatchObject({ name: 'one', count: 1 });
    plant(node.events, { 'lib/word.ts': `export const word: string = 'other';\n` });
    expect(await monitor(daemon)).toMatchObject({ name: 'other', loaded: 1, count: 2 });
  });

  test('plugins that were added, removed, disabled and enabled are there or not', async () => {
    const node = new EventdNode();
    node.plugin('60.p', version(`'one'`));
    const daemon = await node.start();
    expect(await monitor(daemon)).toMatchObject({ count: 1 });
    node.plugin('70.q', pluginText(`monitor(_event, { log }) { log('here'); return healthy; }`));
    expect(await monitor(daemon)).toMatchObject({ result: ok, count: 2 });
    expect((await daemon.entries('monitor'))['70.q']).toEqual([0, 'here\n']);
    chmodSync(join(node.events, '70.q.ts'), 0o644);
    expect(await monitor(daemon)).toMatchObject({ result: ok, count: 3 });
    expect((await daemon.entries('monitor'))['70.q']).toEqual([-8, '']);
    chmodSync(join(node.events, '70.q.ts'), 0o755);
    expect(await monitor(daemon)).toMatchObject({ result: ok, count: 4 });
    expect((await daemon.entries('monitor'))['70.q']).toEqual([0, 'here\n']);
    rmSync(join(node.events, '70.q.ts'));
    expect(await monitor(daemon)).toMatchObject({ result: ok, count: 5 });
    expect(Object.keys(await daemon.entries('monitor'))).toEqual(['60.p']);
  });
});

describe('a plugin that does not load', () => {
  test('runs on in its last good version and says so, in status and log, until it is mended', async () => {
    const node = new EventdNode();
    node.plugin('60.p', version(`'good'`));
    const daemon = await node.start();
    const good = await monitor(daemon);
    node.plugin('60.p', 'this is no TypeScript');
    const on = await monitor(daemon);
    expect(on).toMatchObject({ result: ok, name: 'good', pid: good.pid, loaded: 1, count: 2 });
    expect(on.output).toContain('WARNING: 60.p does not load, its last good version goes on: ');
    await expect.poll(() => node.log()).toContain('60.p does not load, its last good version goes on');
    expect(await monitor(daemon)).toMatchObject({ result: ok, name: 'good', pid: good.pid, count: 3 });
    node.plugin('60.p', version(`'mended'`));
    const mended = await monitor(daemon);
    expect(mended).toMatchObject({ result: ok, name: 'mended', loaded: 1, count: 4 });
    expect(mended.output).not.toContain('WARNING');
  });

  test('runs on in its last good version when the host of that is gone, and in the next daemon', async () => {
    const node = new EventdNode({ 'lib/word.ts': `export const word: string = 'good';\n` });
    node.plugin('60.p', version('word', `import { word } from './lib/word.ts';\n`));
    const daemon = await node.start();
    const good = await monitor(daemon);
    node.plugin('60.p', 'this is no TypeScript');
    rmSync(join(node.events, 'lib'), { recursive: true });
    expect(await monitor(daemon)).toMatchObject({ result: ok, name: 'good', pid: good.pid });
    process.kill(good.pid, 'SIGKILL');
    await expect.poll(() => daemon.process.hosts().includes(good.pid)).toBe(false);
    const on = await monitor(daemon);
    expect(on).toMatchObject({ result: ok, name: 'good', loaded: 1, count: 3 });
    expect(on.output).toContain('WARNING: 60.p does not load, its last good version goes on: ');
    expect(await daemon.run('ipreallocated')).toBe(ok);
    await daemon.end();
    const next = await node.start();
    for (const event of ['init', 'setup', 'startup']) expect(await next.run(event)).toBe(ok);
    expect(await monitor(next)).toMatchObject({ result: ok, name: 'good', loaded: 1 });
    node.plugin('60.p', version(`'mended'`));
    expect(await monitor(next)).toMatchObject({ result: ok, name: 'mended' });
  });

  test('because its link dangles runs on in its last good version', async () => {
    const node = new EventdNode();
    plant(node.base, { 'elsewhere/plugin.ts': { text: version(`'good'`), mode: 0o755 } });
    symlinkSync(join(node.base, 'elsewhere/plugin.ts'), join(node.events, '60.p.ts'));
    const daemon = await node.start();
    expect(await monitor(daemon)).toMatchObject({ result: ok, name: 'good' });
    rmSync(join(node.base, 'elsewhere'), { recursive: true });
    expect(await monitor(daemon)).toMatchObject({ result: ok, name: 'good' });
    await daemon.end();
    const next = await node.start();
    const on = await monitor(next);
    expect(on).toMatchObject({ result: ok, name: 'good' });
    expect(on.output).toContain('60.p.ts: a dangling link, expected a plugin');
  });

  test('because it is refused runs on in its last good version, and monitor and startup fail', async () => {
    const node = new EventdNode();
    node.plugin('60.p', version(`'good'`));
    const daemon = await node.start();
    expect(await monitor(daemon)).toMatchObject({ result: ok, name: 'good' });
    chmodSync(join(node.events, '60.p.ts'), 0o757);
    for (const running of [daemon, undefined]) {
      if (running === undefined) await daemon.end();
      const here = running ?? (await node.start());
      for (const event of ['init', 'setup', 'recovered', 'ipreallocated', 'shutdown'])
        expect([event, await here.run(event)]).toEqual([event, ok]);
      for (const event of ['startup', 'monitor']) {
        expect([event, await here.run(event)]).toEqual([event, failed]);
        expect(await here.output(event)).toMatch(
          /60\.p is refused, its last good version goes on: .*60\.p\.ts \(mode 0757\)/,
        );
      }
    }
  });

  test('beside a new one that ends its host does not cost the last good version', async () => {
    const node = new EventdNode();
    node.plugin('60.p', version(`'good'`));
    const daemon = await node.start();
    const good = await monitor(daemon);
    node.plugin('60.p', 'this is no TypeScript');
    node.plugin(
      '70.q',
      `import { execFileSync } from 'node:child_process';\nexecFileSync('kill', ['-9', String(process.pid)]);\n`,
    );
    const on = await monitor(daemon);
    expect(on).toMatchObject({ result: failed, name: 'good', pid: good.pid });
    expect((await daemon.entries('monitor'))['70.q']).toEqual([
      1,
      expect.stringContaining('70.q.ts: not loaded: the plugin host ended: it was ended by SIGKILL'),
    ]);
  });
});

describe('a crash loop', () => {
  test.each([
    ['is broken', 'throw new Error("broken at load");\n'],
    [
      'ends its host',
      `import { execFileSync } from 'node:child_process';\nexecFileSync('kill', ['-9', String(process.pid)]);\n`,
    ],
  ])(
    'of a plugin that %s when it is loaded, and never did, ends in a running daemon of which only monitor and startup fail',
    async (_what, text) => {
      const node = new EventdNode();
      node.plugin('60.p', text);
      const daemon = await node.start();
      for (const event of ['init', 'setup', 'recovered', 'ipreallocated', 'shutdown']) {
        expect([event, await daemon.run(event)]).toEqual([event, ok]);
        expect((await daemon.entries(event))['60.p']?.[1]).toMatch(/^ERROR: passed over: .*60\.p\.ts/);
      }
      expect(await daemon.run('releaseip', { args: 'lo 192.0.2.1 24' })).toBe(ok);
      for (const event of ['startup', 'monitor', 'monitor', 'monitor']) {
        expect(await daemon.run(event)).toBe(failed);
        expect((await daemon.entries(event))['60.p']?.[1]).toContain('60.p.ts');
      }
      await expect.poll(() => node.log()).toContain('60.p');
      expect(daemon.process.hosts().length).toBeLessThanOrEqual(2);
      node.plugin('60.p', version(`'mended'`));
      expect(await monitor(daemon)).toMatchObject({ result: ok, name: 'mended', count: 1 });
    },
  );

  test('of hosts that are killed again and again ends when they are left alone', async () => {
    const node = new EventdNode();
    node.plugin('60.p', version(`'good'`));
    const daemon = await node.start();
    for (let count = 1; count <= 10; count += 1) {
      const { pid, result, count: counted } = await monitor(daemon);
      expect([result, counted]).toEqual([ok, count]);
      process.kill(pid, 'SIGKILL');
    }
    expect(await monitor(daemon)).toMatchObject({ result: ok, count: 11 });
  });
});
