import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { results } from '../../core/eventd-protocol/messages.ts';
import type { HistoryRun } from '../../core/history/record.ts';
import { historyIn } from '../history/history-records.ts';
import { EventdNode, patienceMs } from '../support/eventd-node.ts';
import { NetworkPair } from '../support/network-pair.ts';

const ips = ['10.0.0.1', '10.0.0.2'] as const;

const settles = `import { definePlugin } from 'ctdb-hook';
export default definePlugin({ ipreallocated() {} });`;

/** The runs of this event in the history of a node. */
const runsOf = (node: EventdNode, event: string): HistoryRun[] =>
  historyIn(node.path('var/lib/ctdb-hook/history'), { hasNotes: false, event }).flatMap((record) =>
    record.kind === 'run' ? record : [],
  );

test.each(['netlink', 'commands'])(
  'the history has connections killed and left, deferred work, and addresses taken off beside the event, with %s',
  async (network) => {
    const pair = await NetworkPair.make();
    const node = new EventdNode();
    writeFileSync(node.path('public_addresses'), ips.map((ip) => `${ip}/24 v0\n`).join(''));
    writeFileSync(node.path('script.options'), 'CTDB_KILLTCP_USE_SS_KILL=yes\n'); // ctdb_killtcp is not at hand.
    symlinkSync(join(packageRoot, 'plugins/10.interface/plugin.ts'), join(node.events, '10.interface.ts'));
    node.plugin('60.settles', settles);
    const daemon = await node.start({
      before: ['nsenter', '-t', String(pair.node.pid), '-n'],
      environment: { CTDB_HOOK_NETWORK: network },
    });
    for (const ip of ips) expect(await daemon.run('takeip', { args: `v0 ${ip} 24` })).toBe(results.ok);
    await daemon.run('ipreallocated');
    await pair.serve(2049);
    for (const _each of [1, 2, 3]) await pair.connect('10.0.0.1', 2049).says('client ');
    expect(await daemon.run('releaseip', { args: 'v0 10.0.0.1 24' })).toBe(results.ok);
    expect(await daemon.run('shutdown')).toBe(results.ok);
    await vi.waitUntil(() => runsOf(node, 'shutdown').length === 1, patienceMs);
    const [released] = runsOf(node, 'releaseip');
    expect(released?.entries[0]).toMatchObject({
      name: '10.interface',
      connectionsKilled: 3,
      connectionsLeft: 0,
    });
    expect([...runsOf(node, 'takeip'), ...runsOf(node, 'releaseip')].map(({ moved }) => moved)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(runsOf(node, 'ipreallocated')[0]?.entries.at(-1)).toMatchObject({
      name: '60.settles',
      changesTold: 2,
    });
    expect(runsOf(node, 'shutdown')[0]?.moved).toEqual(['-10.0.0.2/24 v0']);
  },
);
