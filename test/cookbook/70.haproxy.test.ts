import { describe, expect, test } from 'vitest';
import { describePluginContract, testNode, type TestNode } from 'ctdb-hook/testing';
import haproxy from './70.haproxy.ts';

/** What HAProxy 2.6 answers to `show stat`, with fewer columns. */
const statistics = (near: string, far: string): string =>
  `# pxname,svname,status\nweb,FRONTEND,OPEN\nnear,a,${near}\nnear,BACKEND,${near}\nfar,BACKEND,${far}\n\n`;

const options = { HAPROXY_PORTS: '80', HAPROXY_LOCAL_PROXIES: 'near' };

function prepare({ commands, services }: TestNode): void {
  services.define('haproxy');
  commands.on('sysctl', {});
  commands.on('socat', (_command, { input }) =>
    input === 'show stat\n' ? { stdout: statistics('UP', 'UP') } : {},
  );
}

async function haproxyNode(): Promise<TestNode> {
  const node = await testNode({ name: '70.haproxy', plugin: haproxy, options });
  prepare(node);
  return node;
}

describePluginContract(haproxy, { name: '70.haproxy', options, prepare }, { describe, test });

test('addresses of other nodes can be bound before HAProxy is started', async () => {
  await using node = await haproxyNode();
  expect((await node.raise('startup')).did).toEqual([
    'command sysctl -q -w net.ipv4.ip_nonlocal_bind=1',
    'command sysctl -q -w net.ipv6.ip_nonlocal_bind=1',
    'service haproxy start',
  ]);
});

test('addresses that move are no reason to touch HAProxy', async () => {
  await using node = await haproxyNode();
  await node.raise('startup');
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  expect((await node.raise('ipreallocated')).did).toEqual([]);
});

test('a proxy without servers makes the node unhealthy only if its servers are on this node', async () => {
  await using node = await haproxyNode();
  await node.raise('startup');
  node.commands.on('socat', { stdout: statistics('UP', 'DOWN') });
  expect(await node.raise('monitor')).toMatchObject({
    ok: true,
    output: 'WARNING: HAProxy has no server for far\n',
  });
  node.commands.on('socat', { stdout: statistics('DOWN', 'UP') });
  expect(await node.raise('monitor')).toMatchObject({
    ok: false,
    output: 'ERROR: HAProxy has no server for near\n',
  });
});

test('where its socket is gone, the ports tell whether HAProxy serves', async () => {
  await using node = await haproxyNode();
  await node.raise('startup');
  node.commands.on('socat', { code: 1, stderr: 'Connection refused\n' });
  node.ports.listen(80);
  expect(await node.raise('monitor')).toMatchObject({
    ok: true,
    output: 'WARNING: HAProxy listens and does not say how it is: Connection refused\n',
  });
  node.ports.close(80);
  expect(await node.raise('monitor')).toMatchObject({
    ok: false,
    output: 'ERROR: HAProxy does not listen at port 80\n',
  });
});
