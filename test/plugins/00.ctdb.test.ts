import { expect, test } from 'vitest';
import { StubNode } from '../support/stub-node.ts';

const fine = { status: 0, output: '' };

test('init makes the directory for the state of scripts', async () => {
  const node = new StubNode();
  expect(await node.raise('00.ctdb', 'init')).toEqual(fine);
  expect(node.list('var/scripts')).toEqual([]);
});

test('init empties the directory for the state of scripts, and leaves what is beside it', async () => {
  const node = new StubNode();
  node.write('var/scripts/my-public-ip-addresses', '10.0.0.1');
  node.write('var/scripts/service/nfs/.hidden', 'old');
  node.write('var/volatile', 'mine');
  expect(await node.raise('00.ctdb', 'init')).toEqual(fine);
  expect(node.list('var')).toEqual(['scripts', 'volatile']);
  expect(node.list('var/scripts')).toEqual([]);
});

test.each(['takeip', 'releaseip'])(
  '%s with a wrong number of arguments fails with the words of CTDB',
  async (event) => {
    const failed = { status: 1, output: 'ERROR: must supply interface, IP and maskbits\n' };
    const node = new StubNode();
    expect(await node.raise('00.ctdb', event, 'eth0', '10.0.0.1')).toEqual(failed);
    expect(await node.raise('00.ctdb', event, 'eth0', '10.0.0.1', '24', 'more')).toEqual(failed);
    expect(await node.raise('00.ctdb', event)).toEqual(failed);
  },
);

test('updateip with a wrong number of arguments fails with the words of CTDB', async () => {
  expect(await new StubNode().raise('00.ctdb', 'updateip', 'eth0', '10.0.0.1', '24')).toEqual({
    status: 1,
    output: 'ERROR: must supply old interface, new interface, IP and maskbits\n',
  });
});

test('the arguments of other events do not matter', async () => {
  const node = new StubNode();
  node.write('var/scripts/old', 'old');
  expect(await node.raise('00.ctdb', 'init', 'more')).toEqual(fine);
  expect(node.list('var/scripts')).toEqual([]);
  expect(await node.raise('00.ctdb', 'ipreallocated', 'more')).toEqual(fine);
});

test('an address event with all its arguments is none of its business', async () => {
  const node = new StubNode();
  expect(await node.raise('00.ctdb', 'takeip', 'eth0', '10.0.0.1', '24')).toEqual(fine);
  expect(await node.raise('00.ctdb', 'releaseip', 'eth0', '10.0.0.1', '24')).toEqual(fine);
  expect(await node.raise('00.ctdb', 'updateip', '__none__', 'eth1', '10.0.0.1', '24')).toEqual(fine);
  expect(node.calls()).toEqual([]);
});
