import { describe, expect, test } from 'vitest';
import { describePluginContract, testNode, type TestNode } from 'ctdb-hook/testing';
import proftpd from './70.proftpd.ts';

const options = { CONFIG_FILE: '/etc/ftp.conf' };

function prepare({ commands, services }: TestNode): void {
  services.define('proftpd');
  commands.on(['proftpd', '--configtest', '--config', '/etc/ftp.conf'], {});
  commands.on('socat', { stdout: '220' });
}

async function proftpdNode(): Promise<TestNode> {
  const node = await testNode({ name: '70.proftpd', plugin: proftpd, options });
  prepare(node);
  return node;
}

describePluginContract(proftpd, { name: '70.proftpd', options, prepare }, { describe, test });

test('a configuration with an error fails startup, and nothing is started', async () => {
  await using node = await proftpdNode();
  node.commands.on('proftpd', { code: 1, stderr: "fatal: unknown configuration directive 'X' on line 1\n" });
  expect(await node.raise('startup')).toMatchObject({
    ok: false,
    did: [],
    output: "ERROR: /etc/ftp.conf: fatal: unknown configuration directive 'X' on line 1\n",
  });
});

test('a server that was shut by ftpshut makes the node unhealthy until it is opened', async () => {
  await using node = await proftpdNode();
  await node.raise('startup');
  expect(await node.raise('monitor')).toMatchObject({ ok: true, output: '' });
  node.commands.on('socat', { stdout: '500' });
  expect(await node.raise('monitor')).toMatchObject({
    ok: false,
    output: 'ERROR: proftpd is shut: "ftpshut -R" opens it\n',
  });
});
