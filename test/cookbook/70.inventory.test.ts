import { describe, expect, test } from 'vitest';
import { describePluginContract, testNode, type TestNode } from 'ctdb-hook/testing';
import inventory from './70.inventory.ts';

/** Defines the daemon. Answers what it is told of addresses, each time. */
function prepare({ commands, services }: TestNode): readonly string[] {
  services.define('inventory');
  const told: string[] = [];
  commands.on('curl', (command, { input }) => {
    if (command.includes('PUT')) told.push(input);
    return { stdout: '{"status":"ok"}' };
  });
  return told;
}

async function inventoryNode(): Promise<{ readonly node: TestNode; readonly told: readonly string[] }> {
  const node = await testNode({ name: '70.inventory', plugin: inventory });
  return { node, told: prepare(node) };
}

describePluginContract(inventory, { name: '70.inventory', prepare }, { describe, test });

/** Says what /health answers from now on. */
const answer = (node: TestNode, stdout: string): void => {
  node.commands.on('curl', { stdout });
};

test('the daemon is told all addresses, once for each takeover', async () => {
  const { node, told } = await inventoryNode();
  await using _node = node;
  await node.raise('startup');
  await node.raise('takeip', 'eth0', '10.0.0.2', '24');
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  await node.raise('ipreallocated');
  await node.raise('ipreallocated');
  await node.raise('releaseip', 'eth0', '10.0.0.2', '24');
  await node.raise('ipreallocated');
  expect(told).toEqual(['["10.0.0.1","10.0.0.2"]', '["10.0.0.1"]']);
});

test('a daemon that cannot be told fails no takeover', async () => {
  const { node } = await inventoryNode();
  await using _node = node;
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  node.commands.on('curl', { code: 7, stderr: 'curl: (7) Failed to connect\n' });
  expect(await node.raise('ipreallocated')).toMatchObject({
    ok: true,
    output: 'WARNING: the inventory does not know its addresses: curl: (7) Failed to connect\n',
  });
});

test('the third answer in a row that is not good makes the node unhealthy, and one that is good makes it healthy', async () => {
  const { node } = await inventoryNode();
  await using _node = node;
  await node.raise('startup');
  answer(node, '{"status":"failed","detail":"no disk"}');
  for (const ok of [true, true, false]) {
    expect(await node.raise('monitor')).toMatchObject({ ok });
    await node.clock.advance(15_000);
  }
  answer(node, '{"status":"degraded","detail":"slow disk"}');
  await node.clock.advance(15_000);
  expect(await node.raise('monitor')).toMatchObject({
    ok: true,
    output: 'WARNING: the inventory is degraded: slow disk\n',
  });
});

test('what is no health page is not good, and is shown', async () => {
  const { node } = await inventoryNode();
  await using _node = node;
  node.options.set('INVENTORY_UNHEALTHY_AFTER', '1');
  answer(node, '<html>');
  expect(await node.raise('monitor')).toMatchObject({
    ok: false,
    output: 'ERROR: the inventory failed 1 times: this is no health page: <html>\n',
  });
});

test('a daemon that says nothing is not waited for until the event’s deadline', async () => {
  const { node } = await inventoryNode();
  await using _node = node;
  node.options.set('INVENTORY_UNHEALTHY_AFTER', '1');
  node.hang('command curl');
  expect(await node.raise('monitor')).toMatchObject({ ok: false, ended: 'failed', tookMs: 4000 });
});
