import { expect, test } from 'vitest';
import { interfaceNode, plugin } from './10.interface.node.ts';

/** A node that has the first address; the second is on another node. */
function holdingNode() {
  const node = interfaceNode();
  node.set('public-ips', '10.0.0.1 1', '10.0.0.2 0');
  return node;
}

test('monitor compares connections and tickles of the addresses that this node holds', async () => {
  const node = holdingNode();
  await node.raise(plugin, 'monitor');
  expect(node.calls().slice(-4)).toEqual([
    'ctdb pnn',
    'ctdb -X ip',
    // In this order: a tickle that smbd registers meanwhile is of a connection that is found.
    'ctdb -X gettickles 10.0.0.1',
    'ss -tnH state established "src [10.0.0.1]"',
  ]);
});

test('monitor adds tickles for new connections, of all ports', async () => {
  const node = holdingNode();
  node.set(
    'connections',
    '10.0.0.1:2049 10.1.1.3:700',
    '10.0.0.1:445 10.1.1.2:50000',
    '10.0.0.2:445 10.1.1.2:50001',
  );
  node.set('tickles', '10.1.1.3 700 10.0.0.1 2049');
  expect(await node.raise(plugin, 'monitor')).toEqual({ status: 0, output: '' });
  expect(node.lines('addtickle')).toEqual(['10.1.1.2:50000 10.0.0.1:445']);
  expect(node.calls()).not.toContain('ctdb deltickle');
});

test('monitor deletes the tickles of connections that are gone', async () => {
  const node = holdingNode();
  node.set('tickles', '10.1.1.3 700 10.0.0.1 2049', '10.1.1.2 50000 10.0.0.1 445');
  await node.raise(plugin, 'monitor');
  expect(node.lines('deltickle')).toEqual(['10.1.1.2:50000 10.0.0.1:445', '10.1.1.3:700 10.0.0.1:2049']);
  expect(node.calls()).not.toContain('ctdb addtickle');
});

test('connections of IPv6 and of sockets that listen on :: are known by their bare addresses', async () => {
  const node = holdingNode();
  node.set('public-ips', '10.0.0.1 1', 'fd00::1 1');
  node.set(
    'connections',
    '[::ffff:10.0.0.1]:445 [::ffff:10.1.1.2]:50000',
    '[fd00::1]:445 [fd00::2]:50000',
    '[fd00::1]:445 [fd00::3]:1',
  );
  node.set('tickles', '10.1.1.2 50000 10.0.0.1 445', 'fd00::3 1 fd00::1 445');
  await node.raise(plugin, 'monitor');
  expect(node.lines('addtickle')).toEqual(['fd00::2:50000 fd00::1:445']);
  expect(node.lines('deltickle')).toEqual([]);
});

test('tickles are left alone when nobody can tell the connections', async () => {
  const node = holdingNode();
  node.set('tickles', '10.1.1.3 700 10.0.0.1 2049');
  node.set('failures', 'ss -tnH state established "src [10.0.0.1]" => Cannot open netlink socket');
  expect(await node.raise(plugin, 'monitor')).toEqual({ status: 0, output: 'Cannot open netlink socket\n' });
  expect(node.calls()).not.toContain('ctdb deltickle');
});
