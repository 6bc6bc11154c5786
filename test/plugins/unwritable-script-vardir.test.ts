import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { interfaceNode } from './10.interface.node.ts';
import { StubNode } from '../support/stub-node.ts';

/* Whatever is broken about $CTDB_SCRIPT_VARDIR: here a file stands in its place, which root cannot write into either. */

function spoil<Node extends StubNode>(node: Node): Node {
  rmSync(node.path('var'), { recursive: true, force: true });
  node.write('var');
  return node;
}

test('releaseip takes its address off though the list of addresses cannot be written', async () => {
  const node = spoil(interfaceNode());
  node.set('addresses', 'eth0 10.0.0.1 24');
  const { status, output } = await node.raise('10.interface', 'releaseip', 'eth0', '10.0.0.1', '24');
  expect(output).toMatch(/^WARNING: \S+my-public-ip-addresses is not kept: /m);
  expect(status).toBe(0);
  expect(node.lines('addresses')).toEqual([]);
});

test('takeip adds its address though the list of addresses cannot be written', async () => {
  const node = spoil(interfaceNode());
  const { status, output } = await node.raise('10.interface', 'takeip', 'eth0', '10.0.0.1', '24');
  expect(output).toMatch(/^WARNING: \S+my-public-ip-addresses is not kept: /m);
  expect(status).toBe(0);
  expect(node.lines('addresses')).toEqual(['eth0 10.0.0.1 24']);
});

test('init goes on though the directory of scripts’ state cannot be emptied', async () => {
  const node = spoil(new StubNode());
  const { status, output } = await node.raise('00.ctdb', 'init');
  expect(output).toMatch(/^WARNING: \S+ cannot be emptied: .*expected a directory that root can write to$/m);
  expect(status).toBe(0);
});
