import { describe, expect, test } from 'vitest';
import { describePluginContract, testNode, type TestNode } from 'ctdb-hook/testing';
import nginx from './70.nginx.ts';

const listenFile = '/etc/nginx/ctdb-listen.conf';

function prepare({ commands, files, services }: TestNode): void {
  services.define('nginx');
  files.makeDirectory('/etc/nginx');
  commands.on(['nginx', '-t'], {});
  commands.on('curl', {});
}

async function nginxNode(): Promise<TestNode> {
  const node = await testNode({ name: '70.nginx', plugin: nginx });
  prepare(node);
  return node;
}

describePluginContract(nginx, { name: '70.nginx', prepare }, { describe, test });

test('nginx is reloaded once for all addresses of a takeover, with a listen for each', async () => {
  await using node = await nginxNode();
  await node.raise('startup');
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  await node.raise('takeip', 'eth0', 'fd00::1', '64');
  const { did } = await node.raise('ipreallocated');
  expect(did).toEqual([`file write ${listenFile}`, 'command nginx -t', 'service nginx reload']);
  expect(node.files.get(listenFile)).toBe('listen 10.0.0.1:80;\nlisten [fd00::1]:80;\n');
  expect((await node.raise('ipreallocated')).did).toEqual([]);
});

test('a configuration that nginx does not take is told, and neither reloads it nor fails the takeover', async () => {
  await using node = await nginxNode();
  await node.raise('startup');
  node.commands.on(['nginx', '-t'], { code: 1, stderr: 'nginx: [emerg] unknown directive "wrong"\n' });
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  expect(await node.raise('ipreallocated')).toMatchObject({
    ok: true,
    output: 'WARNING: nginx is not reloaded: nginx: [emerg] unknown directive "wrong"\n',
  });
  expect(node.services.get('nginx').counts.reload).toBe(0);
});

test('monitor asks on each address that the node holds', async () => {
  await using node = await nginxNode();
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  let asked: readonly string[] = [];
  node.commands.on('curl', (command) => {
    asked = command.filter((word) => word.startsWith('http'));
    return { code: 7, stderr: 'curl: (7) Failed to connect to 10.0.0.1\n' };
  });
  expect(await node.raise('monitor')).toMatchObject({
    ok: false,
    output: 'ERROR: nginx does not serve: curl: (7) Failed to connect to 10.0.0.1\n',
  });
  expect(asked).toEqual(['http://127.0.0.1:80/', 'http://10.0.0.1:80/']);
});
