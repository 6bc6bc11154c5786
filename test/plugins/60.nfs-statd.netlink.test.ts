import { expect, test } from 'vitest';
import { nfsNode } from '../support/nfs-node.ts';
import type { ServiceNode } from '../support/service-node.ts';

/** A helper like that of CTDB up to 4.20, which hands on the files that statd leaves in a directory that it makes. */
const helper = (status: number) => `#!/bin/sh
. "$STUBS_DIR/stub.sh"
record "\${0##*/} $*"
mkdir -p "$CTDB_SCRIPT_VARDIR/service/nfs/statd-callout"
rm -f "$CTDB_SCRIPT_VARDIR/service/nfs/statd-callout/statd-state@"*
exit ${status}
`;

const monitor = (node: ServiceNode) => node.raiseWith({ networkName: 'netlink' }, 'monitor');

/** How often the helper was called since. */
function updates(node: ServiceNode): number {
  const count = node.calls().filter((call) => call.endsWith(' update')).length;
  node.clearCalls();
  return count;
}

test('under netlink the statd helper of older CTDBs is called again only when statd has left something for it', async () => {
  const node = nfsNode();
  node.plantExecutable('base/statd-callout', helper(0));
  await monitor(node);
  expect(updates(node)).toBe(1);
  await monitor(node);
  expect(updates(node)).toBe(0);

  node.plant('var/service/nfs/statd-callout/statd-state@10.0.0.31@10.0.0.77', 'x\n');
  await monitor(node);
  expect(updates(node)).toBe(1);
  await monitor(node);
  expect(updates(node)).toBe(0);
});

test('a statd helper that fails is called every time, since it may have something to say', async () => {
  const node = nfsNode();
  node.plantExecutable('base/statd-callout', helper(1));
  for (let count = 0; count < 2; count += 1) await monitor(node);
  expect(updates(node)).toBe(2);
});

test('a statd helper of another kind is called every time', async () => {
  const node = nfsNode();
  node.plantExecutable('base/statd-callout', helper(0).replaceAll('statd-state@', 'client-'));
  for (let count = 0; count < 2; count += 1) await monitor(node);
  expect(updates(node)).toBe(2);

  node.plantExecutable('helpers/statd_callout_helper', helper(0));
  for (let count = 0; count < 2; count += 1) await monitor(node);
  expect(updates(node)).toBe(2);
});

test('under commands the statd helper is called every time', async () => {
  const node = nfsNode();
  node.plantExecutable('base/statd-callout', helper(0));
  for (let count = 0; count < 2; count += 1) await node.raise('monitor');
  expect(updates(node)).toBe(2);
});
