import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EventdNode } from '../../support/eventd-node.ts';
import { HookNode } from '../../support/hook-node.ts';
import { plant } from '../../support/temporary-directory.ts';

/** A plugin that handles every event that ctdbd raises, and says with which port it does. */
const web = (options: string): string => `
import { definePlugin, healthy, option } from 'ctdb-hook';
import * as z from 'zod';
const say = (event, { options, log }) => { log(event.name + ' with port ' + options.WEB_PORT); };
export default definePlugin({
  options: z.object({ ${options} }),
  init: say, setup: say, startup: say, shutdown: say, startrecovery: say, recovered: say,
  startipreallocate: say, takeip: say, releaseip: say, updateip: say,
  ipreallocated(event, { options, log }) {
    log(event.name + ' with port ' + options.WEB_PORT + ', taken ' + event.changes.taken.length);
  },
  monitor(event, context) { say(event, context); return healthy; },
});
`;

const withDefault = 'WEB_PORT: option.wholeNumber(80)';
const without = `WEB_PORT: z.string().regex(/^[0-9]+$/)`;

/** Every event, with arguments that are right. */
const events: readonly (readonly [string, ...string[]])[] = [
  ['init'],
  ['setup'],
  ['startup'],
  ['startrecovery'],
  ['recovered'],
  ['startipreallocate'],
  ['takeip', 'lo', '192.0.2.1', '24'],
  ['updateip', 'lo', 'lo', '192.0.2.1', '24'],
  ['releaseip', 'lo', '192.0.2.1', '24'],
  ['ipreallocated'],
  ['monitor'],
  ['shutdown'],
];

/** What can be wrong with options, and what is said of it. */
const faults: readonly (readonly [what: string, spoil: (base: string) => void, says: RegExp])[] = [
  [
    'a value that is none',
    (base) => {
      plant(base, { 'script.options': '# mine\nWEB_PORT=eighty\n' });
    },
    /^ERROR: .*\/script\.options:2: WEB_PORT is "eighty", expected a whole number/m,
  ],
  [
    'a file that anybody may write to',
    (base) => {
      chmodSync(join(base, 'script.options'), 0o666);
    },
    /^ERROR: .*\/script\.options \(mode 0666\) can be written by anybody, expected by root alone/m,
  ],
  [
    'an exit in a file',
    (base) => {
      plant(base, { 'script.options': 'WEB_PORT=82\nexit\n' });
    },
    /^ERROR: .*\/script\.options: the file ends sh before its own end/m,
  ],
  [
    'a syntax error in a file',
    (base) => {
      plant(base, { 'script.options': 'WEB_PORT=82\nif\n' });
    },
    /^ERROR: .*\/script\.options:3: [Ss]yntax error/m,
  ],
  [
    'a directory in the place of a file',
    (base) => {
      rmSync(join(base, 'script.options'));
      mkdirSync(join(base, 'script.options'));
    },
    /^ERROR: .*\/script\.options: is no regular file/m,
  ],
];

describe.each(faults)('with %s', (_what, spoil, says) => {
  test('the options that were right last go on at every event under the daemon, and monitor says why', async () => {
    const node = new EventdNode();
    plant(node.base, { 'script.options': 'WEB_PORT=81\n' });
    node.plugin('60.web', web(withDefault));
    const daemon = await node.start();
    expect(await daemon.run('monitor')).toBe(0);
    spoil(node.base);
    for (const [name, ...args] of events) {
      expect([name, await daemon.run(name, { args: args.join(' ') })]).toEqual([name, 0]);
      expect(await daemon.output(name)).toContain(`${name} with port 81`);
    }
    expect(await daemon.output('monitor')).toMatch(says);
    expect(await daemon.output('monitor')).toContain(
      'ERROR: 60.web goes on with the options that were right last\n',
    );
    expect(await daemon.log()).toMatch(/60\.web: ERROR: .*script\.options/);
  });

  test('the options that were right last go on in the next process too', async () => {
    const node = new HookNode({}, undefined);
    plant(node.base, { 'script.options': 'WEB_PORT=81\n' });
    node.plugin('60.web', web(withDefault));
    expect(await node.call('60.web', 'setup')).toMatchObject({ status: 0 });
    spoil(node.base);
    const link = await node.call('60.web', 'takeip', 'lo', '192.0.2.1', '24');
    expect(link).toMatchObject({ status: 0 });
    expect(link.output).toContain('takeip with port 81');
    const run = await node.hook('run', 'monitor');
    expect(run).toMatchObject({ status: 0 });
    expect(run.output).toMatch(says);
    expect(run.output).toContain('monitor with port 81');
  });

  test('without any that were right, monitor and startup fail and every other event has the defaults', async () => {
    const node = new EventdNode();
    plant(node.base, { 'script.options': '' });
    spoil(node.base);
    node.plugin('60.web', web(withDefault));
    const daemon = await node.start();
    for (const [name, ...args] of events) {
      const fails = name === 'monitor' || name === 'startup';
      expect([name, await daemon.run(name, { args: args.join(' ') })]).toEqual([name, fails ? 8 : 0]);
      const withDefault80 = (await daemon.output(name)).includes(`${name} with port 80`);
      expect([name, withDefault80]).toEqual([name, !fails]);
    }
    expect(await daemon.output('monitor')).toMatch(new RegExp(says.source.replace('ERROR: ', ''), 'm'));
  });
});

test('a wrong option leaves the right ones beside it as they are, where none were right before', async () => {
  const node = new HookNode();
  plant(node.base, { 'script.options': 'WEB_PORT=eighty\nWEB_WORD=mine\n' });
  node.plugin(
    '60.web',
    web(`${withDefault}, WEB_WORD: option.word('default')`).replace(
      `+ options.WEB_PORT)`,
      `+ options.WEB_PORT + ' ' + options.WEB_WORD)`,
    ),
  );
  const { status, output } = await node.call('60.web', 'takeip', 'lo', '192.0.2.1', '24');
  expect(output).toContain('takeip with port 80 mine');
  expect(status).toBe(0);
});

test('a plugin whose wrong option has no default is passed over, and what it has to act on waits', async () => {
  const node = new EventdNode();
  plant(node.base, { 'script.options': 'WEB_PORT=eighty\n', public_addresses: '127.0.0.1/8 lo\n' });
  node.plugin('60.web', web(without));
  const daemon = await node.start();
  expect(await daemon.run('ipreallocated')).toBe(0);
  expect(await daemon.output('ipreallocated')).toContain(
    'ERROR: 60.web is passed over: what is wrong in its options has no default\n',
  );
  expect(await daemon.run('monitor')).toBe(8);
  plant(node.base, { 'script.options': 'WEB_PORT=8080\n' });
  expect(await daemon.run('ipreallocated')).toBe(0);
  expect(await daemon.output('ipreallocated')).toBe('ipreallocated with port 8080, taken 1\n');
});

test('what is wrong is said once at address events, however many come', async () => {
  const node = new EventdNode();
  plant(node.base, { 'script.options': 'WEB_PORT=81\n' });
  node.plugin('60.web', web(withDefault));
  const daemon = await node.start();
  await daemon.run('monitor');
  plant(node.base, { 'script.options': 'WEB_PORT=eighty\n' });
  for (const ip of ['192.0.2.1', '192.0.2.2', '192.0.2.3'])
    await daemon.run('takeip', { args: `lo ${ip} 24` });
  expect((await daemon.log()).match(/"eighty"/g)).toHaveLength(1);
});

test('a file in the place of the directory rc.local.d has nothing in it, as for a shell', async () => {
  const node = new HookNode();
  plant(node.base, { 'rc.local.d': '', 'script.options': 'WEB_PORT=81\n' });
  node.plugin('60.web', web(withDefault));
  expect(await node.call('60.web', 'monitor')).toMatchObject({ status: 0, output: 'monitor with port 81\n' });
});
