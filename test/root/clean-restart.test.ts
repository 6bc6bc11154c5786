import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { EventdNode, type RunningEventd } from '../support/eventd-node.ts';
import { NetworkPair } from '../support/network-pair.ts';
import { plant } from '../support/temporary-directory.ts';

async function end({ process }: RunningEventd): Promise<void> {
  process.child.kill('SIGTERM');
  await process.exited;
}

const ips = ['10.0.0.1', '10.0.0.2'] as const;

test.each([
  ['shutdown took off', [], (_pair: NetworkPair, daemon: RunningEventd) => daemon.run('shutdown')],
  [
    'somebody else took off',
    ips,
    (pair: NetworkPair) => {
      for (const ip of ips) pair.node.exec('ip', 'addr', 'del', `${ip}/24`, 'dev', 'v0');
      return Promise.resolve(0);
    },
  ],
])('at the next init the ledger is called wrong about what %s: %j', async (_who, wrong, takeOff) => {
  const pair = await NetworkPair.make();
  const node = new EventdNode();
  plant(node.base, { public_addresses: ips.map((ip) => `${ip}/24 v0\n`).join('') });
  symlinkSync(join(packageRoot, 'plugins/10.interface/plugin.ts'), join(node.events, '10.interface.ts'));
  const start = () => node.start({ before: ['nsenter', '-t', String(pair.node.pid), '-n'] });
  const first = await start();
  expect(await first.run('init')).toBe(0);
  for (const ip of ips) expect(await first.run('takeip', { args: `v0 ${ip} 24` })).toBe(0);
  expect(await first.run('ipreallocated')).toBe(0);
  expect(await takeOff(pair, first)).toBe(0);
  expect(ips.map((ip) => pair.whereIs(ip))).toEqual(['', '']);
  await end(first);
  const next = await start();
  expect(await next.run('init')).toBe(0);
  await end(next); // All of its log is written then.
  const said = [...node.log().matchAll(/before init was wrong about (\S+)\/24 on v0/g)].map(([, ip]) => ip);
  expect(said).toEqual(wrong);
});
