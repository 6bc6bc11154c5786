import { describe, expect, test } from 'vitest';
import { describePluginContract, testNode, type TestNode } from 'ctdb-hook/testing';
import vsftpd from './70.vsftpd.ts';

function prepare({ commands, services }: TestNode): void {
  services.define('vsftpd');
  // The number of the greeting, while the service runs.
  commands.on('socat', () =>
    services.get('vsftpd').isRunning ? { stdout: '220' } : { code: 1, stderr: 'Connection refused\n' },
  );
}

async function vsftpdNode(): Promise<TestNode> {
  const node = await testNode({ name: '70.vsftpd', plugin: vsftpd });
  prepare(node);
  return node;
}

describePluginContract(vsftpd, { name: '70.vsftpd', prepare }, { describe, test });

test('a server that has died is restarted at the second monitor, and the node stays healthy', async () => {
  await using node = await vsftpdNode();
  await node.raise('startup');
  node.services.crash('vsftpd');
  expect(await node.raise('monitor')).toMatchObject({ ok: true, did: [] });
  expect(await node.raise('monitor')).toMatchObject({
    ok: true,
    did: ['service vsftpd restart'],
    output: 'WARNING: vsftpd has failed 2 times: Connection refused; it is restarted\n',
  });
  await node.raise('monitor');
  expect(node.stateOf('70.vsftpd')).toEqual({ failures: 0 });
});

test('the node is unhealthy from the fourth failure on, also in a new process, and until the server answers', async () => {
  await using node = await vsftpdNode();
  await node.raise('startup');
  node.commands.on('socat', { stdout: '500' });
  for (const ok of [true, true]) expect(await node.raise('monitor')).toMatchObject({ ok });
  await node.restart();
  for (const ok of [true, false, false]) expect(await node.raise('monitor')).toMatchObject({ ok });
  node.commands.on('socat', { stdout: '220' });
  expect(await node.raise('monitor')).toMatchObject({ ok: true });
});

test('a server that says nothing counts as failed after five seconds', async () => {
  await using node = await vsftpdNode();
  await node.raise('startup');
  node.options.set('VSFTPD_UNHEALTHY_AFTER', '1');
  node.hang('command socat');
  expect(await node.raise('monitor')).toMatchObject({
    ok: false,
    output: 'ERROR: vsftpd has failed 1 times: it says nothing\n',
    tookMs: 5000,
  });
});
