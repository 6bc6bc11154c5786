import { expect, test } from 'vitest';
import { type TestNode, testNode } from '../../core/testing/index.ts';
import plugin from '../../plugins/10.interface/plugin.ts';

const ip = '10.98.0.1';

/** A node that takes the address, has a client and releases it. Answers whether the client was left to the next node, and what was said. */
async function move(node: TestNode): Promise<{ isTickled: boolean; warnings: readonly string[] }> {
  await node.raise('takeip', 'eth0', ip, '24');
  node.kernel.connect(ip, 2049);
  const { output } = await node.raise('releaseip', 'eth0', ip, '24');
  return {
    isTickled: node.kernel.ended.at(-1)?.isClientTold === false,
    warnings: output.split('\n').filter((line) => line.startsWith('WARNING')),
  };
}

async function nodeWithOther(): Promise<TestNode> {
  const node = await testNode({ name: '10.interface', plugin });
  node.ctdb.hasOtherNodes = true;
  return node;
}

test('a client is left to the next node if that knows its connection, and told at once where no node could take the address', async () => {
  await using node = await nodeWithOther();
  expect(await move(node)).toEqual({ isTickled: true, warnings: [] });
  node.ctdb.hasOtherNodes = false;
  expect(await move(node)).toEqual({ isTickled: false, warnings: [] });
});

test('a release waits for no other node: one that cannot be told is not asked again for five seconds, by another process neither', async () => {
  await using node = await nodeWithOther();
  node.fail('ctdb tellNextNode', 'it hangs');
  expect(await move(node)).toEqual({
    isTickled: false,
    warnings: [
      'WARNING: The next node does not know the connections to public IP 10.98.0.1: it hangs. For 5000 ms clients are reset before it has their address',
    ],
  });
  expect(await move(node)).toEqual({ isTickled: false, warnings: [] });
  await node.restart();
  await node.clock.advance(4900);
  expect(await move(node)).toEqual({ isTickled: false, warnings: [] });
  await node.clock.advance(100);
  expect(await move(node)).toEqual({ isTickled: true, warnings: [] });
});

test('one that is slow is not asked again for five seconds', async () => {
  await using node = await nodeWithOther();
  node.delay('ctdb tellNextNode', 300);
  expect(await move(node)).toEqual({
    isTickled: true,
    warnings: [
      'WARNING: The next node took 300 ms to know the connections to public IP 10.98.0.1. For 5000 ms clients are reset before it has their address',
    ],
  });
  expect(await move(node)).toEqual({ isTickled: false, warnings: [] });
  await node.clock.advance(5000);
  expect(await move(node)).toEqual({ isTickled: true, warnings: [] });
});
