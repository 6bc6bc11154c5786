import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aheadS } from '../../core/network/ahead-addresses.ts';
import { packageRoot } from '../../core/package/package-root.ts';
import { results } from '../../core/eventd-protocol/messages.ts';
import { EventdNode, type RunningEventd } from '../support/eventd-node.ts';
import { NetworkPair } from '../support/network-pair.ts';

/*
 * Many takeips of IPv6 addresses that wait at the same time, through the event daemon with 10.interface. The kernel really
 * detects duplicates, which takes it one to two seconds an address.
 */

const { ok, failed, timedOut } = results;
const ipsOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `fd00::${index + 1}`);
const networks = ['netlink', 'commands'] as const;

/** A node with 10.interface and another plugin, which does this at takeip. */
class Node {
  readonly pair: NetworkPair;
  readonly eventd: EventdNode;
  readonly #network: (typeof networks)[number];

  constructor(
    pair: NetworkPair,
    ips: readonly string[],
    network: (typeof networks)[number],
    atTakeip: string,
  ) {
    this.pair = pair;
    this.eventd = new EventdNode();
    this.#network = network;
    writeFileSync(this.eventd.path('public_addresses'), ips.map((ip) => `${ip}/64 v0\n`).join(''));
    symlinkSync(
      join(packageRoot, 'plugins/10.interface/plugin.ts'),
      join(this.eventd.events, '10.interface.ts'),
    );
    this.eventd.plugin(
      '60.x',
      `import { definePlugin } from 'ctdb-hook';
export default definePlugin({ async takeip({ ip }) { ${atTakeip} }, releaseip() {}, ipreallocated() {} });`,
    );
  }

  start(): Promise<RunningEventd> {
    return this.eventd.start({
      before: ['nsenter', '-t', String(this.pair.node.pid), '-n'],
      environment: { CTDB_HOOK_NETWORK: this.#network },
    });
  }

  /** The public addresses that are on the node, and whether each of them has no end. */
  shown(): Readonly<Record<string, 'for good' | 'ahead'>> {
    const words = this.pair.node.exec('ip', '-6', '-o', 'addr', 'show', 'dev', 'v0', 'scope', 'global');
    return Object.fromEntries(
      words
        .trim()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => [
          /inet6 (\S+)\/64/.exec(line)?.[1] ?? line,
          line.includes('valid_lft forever') && !line.includes('deprecated') ? 'for good' : 'ahead',
        ]),
    );
  }
}

const forGood = (ips: readonly string[]) => Object.fromEntries(ips.map((ip) => [ip, 'for good']));
const raise = (daemon: RunningEventd, event: string, ip: string, timeoutS = 30) =>
  daemon.run(event, { args: `v0 ${ip} 64`, timeoutS });
const raiseAll = (daemon: RunningEventd, event: string, ips: readonly string[], timeoutS?: number) =>
  Promise.all(ips.map((ip) => raise(daemon, event, ip, timeoutS)));

async function started(
  count: number,
  network: (typeof networks)[number],
  atTakeip = '',
): Promise<{ readonly node: Node; readonly ips: readonly string[]; readonly daemon: RunningEventd }> {
  const ips = ipsOf(count);
  const node = new Node(await NetworkPair.make(), ips, network, atTakeip);
  return { node, ips, daemon: await node.start() };
}

describe.each(networks)('many IPv6 addresses at once, by %s', (network) => {
  test('40 are taken in the time in which CTDB takes a few, and each works as if it had been taken alone', async () => {
    const { node, ips, daemon } = await started(40, network);
    expect(await raiseAll(daemon, 'takeip', ips)).toEqual(ips.map(() => ok));
    expect(node.shown()).toEqual(forGood(ips));
    expect(node.pair.node.exec('ip', '-6', 'addr', 'show', 'tentative')).toBe('');
    expect(node.pair.node.exec('ip', '-6', 'route', 'show', 'fd00::/64')).toMatch(
      /^fd00::\/64 dev v0 [^\n]*\n$/,
    );
    expect(node.pair.node.exec('ip', '-6', 'route', 'show', 'fd00::/64')).not.toContain('expires');
    await node.pair.serve(2049);
    await node.pair.connected('fd00::28', 2049);
    expect(await raiseAll(daemon, 'releaseip', ips)).toEqual(ips.map(() => ok));
    expect(node.shown()).toEqual({});
    expect(node.pair.node.exec('ip', '-6', 'route', 'show', 'fd00::/64')).toBe('');
  });

  test('those that somebody else has fail and are not on the node, and the others do not wait for them', async () => {
    const { node, ips, daemon } = await started(24, network);
    const others = ips.filter((_ip, index) => index % 3 === 0);
    for (const ip of others) node.pair.client.exec('ip', 'addr', 'add', `${ip}/64`, 'dev', 'v1', 'nodad');
    expect(await raiseAll(daemon, 'takeip', ips)).toEqual(
      ips.map((ip) => (others.includes(ip) ? failed : ok)),
    );
    expect(node.shown()).toEqual(forGood(ips.filter((ip) => !others.includes(ip))));
  });

  test('a script that runs at each takeip, and fails at one, changes nothing of that', async () => {
    const { node, ips, daemon } = await started(24, network);
    const script = '#!/bin/sh\necho "$1 $3" >>"$CTDB_BASE/early"; [ "$3" != fd00::3 ]\n';
    writeFileSync(join(node.eventd.events, '05.early.script'), script, { mode: 0o755 });
    expect(await raiseAll(daemon, 'takeip', ips)).toEqual(ips.map((ip) => (ip === 'fd00::3' ? failed : ok)));
    expect(node.shown()).toEqual(forGood(ips.filter((ip) => ip !== 'fd00::3')));
    expect(readFileSync(node.eventd.path('early'), 'utf8')).toBe(ips.map((ip) => `takeip ${ip}\n`).join(''));
  });

  test('a release that waits for the same address leaves nothing', async () => {
    const { node, ips, daemon } = await started(8, network);
    const [last = ''] = ips.slice(-1);
    const taken = raiseAll(daemon, 'takeip', ips);
    expect(await raise(daemon, 'releaseip', last)).toBe(ok);
    expect(await taken).toEqual(ips.map(() => ok));
    expect(node.shown()).toEqual(forGood(ips.slice(0, -1)));
  });

  test('one whose takeip is late is off before ctdbd is told: it would not take it again', async () => {
    const { node, ips, daemon } = await started(
      6,
      network,
      `if (ip === 'fd00::2') await new Promise(() => setInterval(() => undefined, 1000));`,
    );
    const answers = ips.map(async (ip) => [await raise(daemon, 'takeip', ip, 5), node.shown()[ip]]);
    expect(await Promise.all(answers)).toEqual([
      [ok, 'for good'],
      [timedOut, 'for good'],
      ...ips.slice(2).map(() => [failed, undefined]),
    ]);
    expect(node.shown()).toEqual(forGood(ips.slice(0, 2)));
  });

  test('a host that is killed in the middle fails one of them, and the next host goes on', async () => {
    const { node, ips, daemon } = await started(
      8,
      network,
      `if (ip === 'fd00::3') process.kill(process.pid, 'SIGKILL');`,
    );
    expect(await raiseAll(daemon, 'takeip', ips)).toEqual(ips.map((ip) => (ip === 'fd00::3' ? failed : ok)));
    expect(node.shown()).toEqual(forGood(ips));
  });

  test('init takes off what a killed daemon has put on ahead', async () => {
    const { node, ips, daemon } = await started(8, network, `if (ip === 'fd00::1') for (;;);`);
    void raiseAll(daemon, 'takeip', ips).catch(() => undefined);
    await expect.poll(() => Object.values(node.shown()).filter((each) => each === 'ahead')).toHaveLength(7);
    daemon.process.child.kill('SIGKILL');
    await daemon.process.exited;
    const next = await node.start();
    expect(await next.run('init')).toBe(ok);
    expect(node.shown()).toEqual({});
  });

  test('all are taken after their link went down and up again meanwhile', async () => {
    const { node, ips, daemon } = await started(8, network);
    const taken = raiseAll(daemon, 'takeip', ips);
    await expect.poll(() => Object.values(node.shown()).filter((each) => each === 'ahead')).toHaveLength(7);
    node.pair.node.exec('ip', 'link', 'set', 'v0', 'down');
    node.pair.node.exec('ip', 'link', 'set', 'v0', 'up');
    const answers = await taken;
    const isTaken = (_ip: string, index: number): boolean => answers[index] === ok;
    // The first was flushed while its event waited for it: that one has to be taken again, as always.
    expect(answers.slice(1)).toEqual(ips.slice(1).map(() => ok));
    expect(node.shown()).toEqual(forGood(ips.filter(isTaken)));
  });

  test('one that was put on ahead counts as not held until its takeip has begun', async () => {
    const { node, ips, daemon } = await started(
      4,
      network,
      `if (ip === 'fd00::2') await new Promise((resolve) => setTimeout(resolve, 3000));`,
    );
    const taken = raiseAll(daemon, 'takeip', ips);
    await expect.poll(() => node.shown()['fd00::2']).toBe('for good');
    const held = node.pair.node.exec(
      process.execPath,
      '--conditions=source',
      join(packageRoot, 'test/root/print-held.ts'),
    );
    expect(
      (JSON.parse(held) as { ip: string }[])
        .map(({ ip }) => ip)
        .filter((ip) => ips.includes(ip))
        .sort(),
    ).toEqual(['fd00::1', 'fd00::2']);
    expect(await taken).toEqual(ips.map(() => ok));
  });
});

test(
  'of a daemon that is killed with its hosts, the kernel takes off what was not taken, and init the rest',
  { timeout: 120_000 },
  async () => {
    const { node, ips, daemon } = await started(8, 'netlink', `if (ip === 'fd00::3') for (;;);`);
    void raiseAll(daemon, 'takeip', ips).catch(() => undefined);
    await expect
      .poll(() => Object.values(node.shown()).filter((each) => each === 'for good'))
      .toHaveLength(3);
    daemon.process.child.kill('SIGKILL');
    await daemon.process.exited;
    await expect.poll(() => node.shown(), { timeout: 2 * aheadS * 1000 }).toEqual(forGood(ips.slice(0, 3)));
    const next = await node.start();
    expect(await next.run('init')).toBe(ok);
    expect(node.shown()).toEqual({});
  },
);
