import { expect, test } from 'vitest';
import { type TestNode, testNode } from '../../core/testing/index.ts';
import plugin from '../../plugins/10.interface/plugin.ts';

const ip = '10.98.0.1';

/** A node that has the address, and another one that can take it. */
async function nodeWithAddress(release?: string): Promise<TestNode> {
  const node = await testNode({ name: '10.interface', plugin, ...(release !== undefined && { release }) });
  node.ctdb.hasOtherNodes = true;
  await node.raise('takeip', 'eth0', ip, '24');
  return node;
}

/** The address leaves, and a minute goes by. Answers when the next node was told again, in milliseconds after that. */
async function releaseAndWait(node: TestNode): Promise<readonly number[]> {
  await node.raise('releaseip', 'eth0', ip, '24');
  const beganMs = node.clock.elapsedMs;
  await node.clock.advance(60_000);
  return node.ctdb.toldAgain.map(({ atMs }) => atMs - beganMs);
}

test('the next node is told again of the connections of an address with some of SMB, which smbd has taken off the lists', async () => {
  await using node = await nodeWithAddress();
  const connections = [2049, 445].map((port) => node.kernel.connect(ip, port));
  expect(await releaseAndWait(node)).toEqual([15, 30, 50, 75, 100, 150, 250, 500, 1500, 5000]);
  const ends = connections.map((each) => ({ server: each?.server, client: each?.client }));
  expect(node.ctdb.toldAgain.map((told) => told.connections)).toEqual(Array.from({ length: 10 }, () => ends));
});

test('it is not told again of connections that are no client’s of smbd', async () => {
  await using node = await nodeWithAddress();
  node.kernel.connect(ip, 2049);
  expect(await releaseAndWait(node)).toEqual([]);
  expect(node.ctdb.nextNodeKnows.size).toBe(1);
});

test('it is not told again of connections that it was not told of', async () => {
  await using node = await nodeWithAddress();
  node.kernel.connect(ip, 445);
  node.fail('ctdb tellNextNode');
  expect(await releaseAndWait(node)).toEqual([]);
});

test('it is not told again up to CTDB 4.20, where that would have it forget clients that have come meanwhile', async () => {
  await using node = await nodeWithAddress('4.20');
  node.kernel.connect(ip, 445);
  expect(await releaseAndWait(node)).toEqual([]);
  expect(node.ctdb.nextNodeKnows.size).toBe(1);
});

test('it is not told again once the address is to come back, even if it cannot', async () => {
  await using node = await nodeWithAddress();
  node.kernel.connect(ip, 445);
  await node.raise('releaseip', 'eth0', ip, '24');
  node.fail('network addAddress');
  expect(await node.raise('takeip', 'eth0', ip, '24')).toMatchObject({ ok: false });
  await node.clock.advance(60_000);
  expect(node.ctdb.toldAgain).toEqual([]);
});
