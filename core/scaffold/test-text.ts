import type { PluginName } from './plugin-name.ts';

/** The test of the plugin that `ctdb-hook new` writes. */
export const testText = ({ whole, word }: PluginName): string => `\
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describePluginContract, testNode, type TestNode } from 'ctdb-hook/testing';
import plugin from './${whole}.ts';

const name = '${whole}';

/** What is on a node where all is well. What no test declares is refused. */
function prepare({ services, commands }: TestNode): void {
  services.define('${word}', { isRunning: true });
  commands.on(['pidof', '${word}'], { stdout: '4711\\n' });
}

test('startup starts ${word}, and shutdown stops it', async () => {
  await using node = await testNode({ name, plugin });
  prepare(node);
  assert.deepEqual((await node.raise('startup')).did, ['service ${word} start']);
  assert.deepEqual((await node.raise('shutdown')).did, ['service ${word} stop']);
});

test('the node is unhealthy while ${word} does not run', async () => {
  await using node = await testNode({ name, plugin });
  prepare(node);
  assert.equal((await node.raise('monitor')).ok, true);
  node.commands.on(['pidof', '${word}'], { code: 1 });
  const result = await node.raise('monitor');
  assert.equal(result.ok, false);
  assert.equal(result.output, 'ERROR: ${word} is not running\\n');
});

test('it reloads once however many addresses move', async () => {
  await using node = await testNode({ name, plugin });
  prepare(node);
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  await node.raise('takeip', 'eth0', '10.0.0.2', '24');
  assert.deepEqual((await node.raise('ipreallocated')).did, ['service ${word} reload']);
  assert.deepEqual((await node.raise('ipreallocated')).did, []);
});

test('a reload that fails fails no takeover: monitor says so, and reloads again', async () => {
  await using node = await testNode({ name, plugin });
  prepare(node);
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  node.fail('service ${word} reload', '${word} is busy');
  assert.equal((await node.raise('ipreallocated')).ok, true);
  node.fail('service ${word} reload', '${word} is busy');
  const due = await node.raise('monitor');
  assert.deepEqual([due.ok, due.output], [false, '${word} is busy\\nERROR: ${word} does not reload\\n']);
  const again = await node.raise('monitor');
  assert.deepEqual([again.ok, again.did], [true, ['service ${word} reload']]);
});

describePluginContract(plugin, { name, prepare }, { describe, test });
`;
