import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { isRunning } from '../support/is-running.ts';
import { pluginText } from '../support/hook-node.ts';
import { ResidentNode } from './resident-node.ts';

/** A handler's text: its command says its pid in a file, and waits for another. */
const waits = (file: string): string =>
  `await ctx.run(['sh', '-c', 'echo $$ >> $CTDB_BASE/${file}; while [ ! -e $CTDB_BASE/go ]; do sleep 0.05; done']);`;

/** The pids that a file has. */
const pidsIn = (node: ResidentNode, file: string): number[] =>
  node.read(file).trim().split('\n').filter(Boolean).map(Number);

/** A node; what its plugins leave running ends with the test. */
function stoppedNode(environment: Readonly<Record<string, string>> = {}): ResidentNode {
  const node = new ResidentNode(environment);
  onTestFinished(() => {
    for (const pid of ['begun', 'left', 'ofEvent'].flatMap((file) => pidsIn(node, file)))
      if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  });
  return node;
}

test('a host that is stopped in the middle of an event is killed when its time is up, and the event is not run again', async () => {
  const node = stoppedNode({ CTDB_HOOK_TIMEOUT: '1' });
  node.plugin('60.web', `monitor: () => healthy, async startup(_event, ctx) { ${waits('begun')} }`);
  const host = await node.withHost('60.web');
  const link = node.start('60.web', 'startup');
  await expect.poll(() => node.read('begun')).not.toBe('');
  process.kill(host, 'SIGSTOP');
  const begin = performance.now();
  expect(await link.ended).toBe(1);
  expect(performance.now() - begin).toBeLessThan(15_000); // ctdbd gives it 30 seconds.
  expect(isRunning(host)).toBe(false);
  expect(pidsIn(node, 'begun')).toHaveLength(1);
  writeFileSync(join(node.node.base, 'go'), '');
  expect(await node.call('60.web', 'monitor')).toMatchObject({ status: 0, output: '' });
}, 60_000);

test('an address is released although the host is stopped meanwhile', async () => {
  const node = stoppedNode({ CTDB_HOOK_TIMEOUT: '1' });
  node.plugin(
    '10.interface',
    `monitor: () => healthy, takeip() {}, ipreallocated() {}, async releaseip(_event, ctx) {
       if (process.argv[1].endsWith('resident.js')) { ${waits('begun')} }
       await ctx.run(['sh', '-c', 'echo $PPID >> $CTDB_BASE/released']);
     }`,
  );
  const host = await node.withHost('10.interface');
  const link = node.start('10.interface', 'releaseip', 'eth0', '10.0.0.1', '24');
  await expect.poll(() => node.read('begun')).not.toBe('');
  process.kill(host, 'SIGSTOP');
  expect(await link.ended).toBe(0);
  expect(pidsIn(node, 'released')).toHaveLength(1);
  expect(pidsIn(node, 'released')).not.toContain(host);
  writeFileSync(join(node.node.base, 'go'), '');
}, 60_000);

test('a host that was stopped for a moment in the middle of an event does it to its end', async () => {
  const node = stoppedNode();
  node.plugin('60.web', `monitor: () => healthy, async startup(_event, ctx) { ${waits('begun')} }`);
  const host = await node.withHost('60.web');
  const link = node.start('60.web', 'startup');
  await expect.poll(() => node.read('begun')).not.toBe('');
  process.kill(host, 'SIGSTOP');
  writeFileSync(join(node.node.base, 'go'), '');
  process.kill(host, 'SIGCONT');
  expect(await link.ended).toBe(0);
  expect(await node.isReady()).toBe(host);
});

test('what plugins have left running on purpose survives a host that is killed because it hangs, and what its event runs does not', async () => {
  const node = stoppedNode();
  const leaves = (file: string): string => `echo $$ >> $CTDB_BASE/${file}; exec sleep 300`;
  node.node.plugin(
    '60.web',
    `import { spawn } from 'node:child_process';\n${pluginText(
      `monitor: () => healthy,
       async setup(_event, ctx) {
         await ctx.act.background(['sh', '-c', '${leaves('left')}']);
         await ctx.run(['sh', '-c', 'setsid -f sh -c "' + '${leaves('left').replaceAll('$', '\\\\$')}' + '"; sh -c "' + '${leaves('left').replaceAll('$', '\\\\$')}' + '" >/dev/null 2>&1 &']);
         spawn('sh', ['-c', '${leaves('left')}'], { stdio: 'ignore' }).unref();
         spawn('sh', ['-c', '${leaves('left')}'], { stdio: 'ignore', detached: true }).unref();
       },
       async startup(_event, ctx) {
         spawn('sh', ['-c', '${leaves('ofEvent')}'], { stdio: 'ignore' }).unref();
         ${waits('ofEvent')}
       }`,
    )}`,
  );
  const host = await node.withHost('60.web');
  expect(await node.call('60.web', 'setup')).toMatchObject({ status: 0, output: '' });
  await expect.poll(() => pidsIn(node, 'left').filter(isRunning)).toHaveLength(5);
  expect(await node.isReady()).toBe(host);
  await delay(100); // What began within some hundredths of a second of an event may be taken for its own.
  const link = node.start('60.web', 'startup');
  await expect.poll(() => pidsIn(node, 'ofEvent').filter(isRunning)).toHaveLength(2);
  process.kill(host, 'SIGSTOP');
  process.kill(-link.pid, 'SIGKILL'); // As ctdbd cancels an event.
  await link.ended;
  await expect
    .poll(async () => {
      await node.call('60.web', 'monitor');
      return isRunning(host);
    })
    .toBe(false);
  await expect.poll(() => pidsIn(node, 'ofEvent').filter(isRunning)).toEqual([]);
  expect(pidsIn(node, 'left').filter(isRunning)).toHaveLength(5);
  expect(existsSync(node.place.path)).toBe(true);
}, 60_000);
