import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { results } from '../../core/eventd-protocol/messages.ts';
import { EventdNode, type RunningEventd } from '../support/eventd-node.ts';
import { NetworkPair } from '../support/network-pair.ts';

/* Bursts through the event daemon with 10.interface, when something goes wrong in the middle of one. */

const { ok, timedOut } = results;
const ipsOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `10.0.0.${index + 1}`);

/** A daemon on the node of the pair, with 10.interface and another plugin. */
async function started(
  pair: NetworkPair,
  ips: readonly string[],
  name: string,
  plugin: string,
): Promise<RunningEventd> {
  const node = new EventdNode();
  writeFileSync(node.path('public_addresses'), ips.map((ip) => `${ip}/24 v0\n`).join(''));
  symlinkSync(join(packageRoot, 'plugins/10.interface/plugin.ts'), join(node.events, '10.interface.ts'));
  node.plugin(name, plugin);
  return node.start({
    before: ['nsenter', '-t', String(pair.node.pid), '-n'],
    environment: { CTDB_HOOK_NETWORK: 'netlink' },
  });
}

const runAll = (daemon: RunningEventd, event: string, ips: readonly string[], timeoutS: number) =>
  Promise.all(ips.map((ip) => daemon.run(event, { args: `v0 ${ip} 24`, timeoutS })));

test('addresses whose release is late because another one hung are served on, new clients included', async () => {
  const ips = ipsOf(3);
  const pair = await NetworkPair.make();
  for (const ip of ips) pair.node.exec('ip', 'addr', 'add', `${ip}/24`, 'dev', 'v0');
  const daemon = await started(
    pair,
    ips,
    '60.hang',
    `import { definePlugin } from 'ctdb-hook';
export default definePlugin({
  takeip() {},
  async releaseip({ ip }) {
    if (ip === '10.0.0.1') await new Promise(() => setInterval(() => undefined, 1000));
  },
  ipreallocated() {},
});`,
  );
  await pair.serve(2049);
  expect(await runAll(daemon, 'releaseip', ips, 3)).toEqual(ips.map(() => timedOut));
  expect(ips.map((ip) => pair.whereIs(ip))).toEqual(['', 'v0 10.0.0.2/24', 'v0 10.0.0.3/24']);
  // At once, or if its host had to be killed within five seconds of when it was blocked.
  const connect = async (): Promise<string> => {
    const client = pair.connect('10.0.0.2', 2049);
    await client.says('client ');
    return client.output;
  };
  await expect.poll(connect).toContain('client connected');
});

test('a daemon that is stopped for a while in the middle of a burst has each address taken once', async () => {
  const ips = ipsOf(40);
  const pair = await NetworkPair.make();
  const daemon = await started(
    pair,
    ips,
    '60.stop',
    `import { spawn } from 'node:child_process';
import { definePlugin } from 'ctdb-hook';
export default definePlugin({
  takeip({ ip }) {
    const untilMs = performance.now() + 2;
    while (performance.now() < untilMs);
    if (ip !== '10.0.0.15') return;
    const go = 'sleep 0.7; kill -CONT ' + process.ppid;
    spawn('sh', ['-c', go], { detached: true, stdio: 'ignore' }).unref();
    process.kill(process.ppid, 'SIGSTOP');
  },
  releaseip() {},
  ipreallocated() {},
});`,
  );
  expect(await daemon.run('init')).toBe(ok);
  expect(await runAll(daemon, 'takeip', ips, 20)).toEqual(ips.map(() => ok));
  expect(ips.map((ip) => pair.whereIs(ip))).toEqual(ips.map((ip) => `v0 ${ip}/24`));
});
