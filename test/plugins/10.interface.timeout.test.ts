import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { hook } from '../support/hook-node.ts';
import { inLittleTime } from '../support/in-little-time.ts';
import { plant, script } from '../support/temporary-directory.ts';
import { interfaceNode } from './10.interface.node.ts';

test('a releaseip that runs out of time lifts its block: no takeip may come that would', async () => {
  const node = interfaceNode();
  node.set('addresses', 'eth0 10.0.0.1 24');
  node.set('connections', '10.0.0.1:2049 10.1.1.1:700');
  rmSync(node.path('bin/ctdb_killtcp'));
  plant(node.path('bin'), { ctdb_killtcp: script('exec sleep 60') });
  const events = node.path('etc/events/legacy');
  mkdirSync(events, { recursive: true });
  symlinkSync(hook, join(events, '10.interface.script'));
  let iptables: string[] = [];
  const { exitCode, stdout } = await inLittleTime(
    (CTDB_HOOK_TIMEOUT) =>
      execa(join(events, '10.interface.script'), ['releaseip', 'eth0', '10.0.0.1', '24'], {
        env: { ...node.environment, CTDB_HOOK_TIMEOUT },
        reject: false,
      }),
    () => {
      iptables = node.calls().filter((call) => call.startsWith('iptables'));
      return iptables.some((call) => call.startsWith('iptables -I'));
    },
  );
  expect(stdout).toBe('ERROR: 10.interface was still busy with releaseip when its time was up');
  expect(exitCode).toBe(1);
  const block = 'INPUT -i eth0 -d 10.0.0.1 -j DROP';
  expect(iptables).toEqual([`iptables -D ${block}`, `iptables -I ${block}`, `iptables -D ${block}`]);
});
