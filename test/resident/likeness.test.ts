import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isRunning } from '../support/is-running.ts';
import { callers, callOtherwise } from './callers.ts';
import { ResidentNode, tellsPid } from './resident-node.ts';

test.each([
  ['nice value', 'nice -n 3'],
  ['scheduling policy', 'chrt --batch 0'],
  ['class of input and output', 'ionice -c 3'],
  ['attraction to the killer of processes without memory', 'choom -n 7 --'],
  ['choice of processors', 'taskset -c "$(taskset -cp $$ | sed "s/.*: *//; s/[-,].*//")"'],
])(
  'a link whose caller has another %s than the host runs its event itself, with it, and the host ends',
  async (_what, wrapper) => {
    // CTDB's own event daemon changes it for one link by being changed from outside; anybody else calls each link as he likes.
    for (const name of ['ctdb-eventd', 'somebody']) {
      const host = await callOtherwise(new ResidentNode(), name, wrapper);
      await expect.poll(() => isRunning(host)).toBe(false);
    }
  },
);

test('a link that may gain no privileges runs its event itself, and the host ends', async () => {
  const host = await callOtherwise(new ResidentNode(), 'somebody', 'setpriv --no-new-privs');
  await expect.poll(() => isRunning(host)).toBe(false);
});

test('what somebody else calls in another way costs the event daemon no host', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', tellsPid);
  const host = await node.withHost('60.web');
  const waits = 'touch $CTDB_BASE/served; until [ -e $CTDB_BASE/go ]; do sleep 0.05; done;';
  const called = callers(node, 'ctdb-eventd', '60.web', ['', waits]);
  await expect.poll(() => existsSync(join(node.node.base, 'served'))).toBe(true);
  await node.isReady();
  const { status, stdout } = await node.run(['monitor'], { MORE: 'yes' });
  expect(status).toBe(0);
  expect(stdout).not.toBe(`process ${host}\n`);
  writeFileSync(join(node.node.base, 'go'), '');
  expect(await called).toEqual([host, host]);
});

test.each([
  ['its priority', `os.setPriority(7)`],
  ['how the kernel spares it', `writeFileSync('/proc/self/oom_score_adj', '9')`],
])('a plugin that changes %s for its process changes it for no other event', async (_what, change) => {
  const node = new ResidentNode();
  node.plugin('60.web', tellsPid);
  writeFileSync(
    join(node.node.events, '61.bad.ts'),
    `import { writeFileSync } from 'node:fs'; import os from 'node:os'; import { definePlugin, healthy } from 'ctdb-hook';
     void writeFileSync; void os;
     export default definePlugin({ monitor() { ${change}; return healthy; } });`,
    { mode: 0o755 },
  );
  const host = await node.withHost('60.web');
  expect((await node.run(['monitor'])).status).toBe(0);
  await expect.poll(() => isRunning(host)).toBe(false);
});

test('a host whose priority somebody changes ends, and links run their events themselves meanwhile', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', tellsPid);
  const host = await node.withHost('60.web');
  const { setPriority } = await import('node:os');
  setPriority(host, 5);
  await expect.poll(() => isRunning(host), { timeout: 10_000 }).toBe(false);
});
