import { describe, expect, test } from 'vitest';
import { describePluginContract, testNode, type TestNode } from 'ctdb-hook/testing';
import s3 from './70.s3.ts';

const options = { S3_SERVICES: 'swift-object swift-proxy', S3_CHECK_OBJECT: 's3://check/object' };

function prepare({ commands, services }: TestNode): void {
  for (const name of ['swift-object', 'swift-proxy']) services.define(name);
  commands.on('s3cmd', {});
}

async function gatewayNode(): Promise<TestNode> {
  const node = await testNode({ name: '70.s3', plugin: s3, options });
  prepare(node);
  return node;
}

describePluginContract(s3, { name: '70.s3', options, prepare }, { describe, test });

test('services stop in the opposite order', async () => {
  await using node = await gatewayNode();
  expect((await node.raise('startup')).did).toEqual([
    'service swift-object start',
    'service swift-proxy start',
  ]);
  expect((await node.raise('shutdown')).did).toEqual([
    'service swift-proxy stop',
    'service swift-object stop',
  ]);
});

test('the keys of the gateway are in no argument', async () => {
  await using node = await gatewayNode();
  let command: readonly string[] = [];
  node.commands.on('s3cmd', (words) => {
    command = words;
    return {};
  });
  expect(await node.raise('monitor')).toMatchObject({ ok: true, output: '' });
  expect(command).toEqual(['s3cmd', '--config', '/etc/ctdb/s3-check.conf', 'get', 's3://check/object', '-']);
});

test('an object that cannot be read makes the node unhealthy, with the first thing that the client said', async () => {
  await using node = await gatewayNode();
  node.commands.on('s3cmd', {
    code: 1,
    stderr:
      'WARNING: Retrying failed request: /object (503 (Service Unavailable))\nWARNING: Waiting 3 sec...\n',
  });
  expect(await node.raise('monitor')).toMatchObject({
    ok: false,
    output:
      'ERROR: s3://check/object cannot be read: WARNING: Retrying failed request: /object (503 (Service Unavailable))\n',
  });
});

test('storage that hangs holds an event up for eight seconds, and not until its deadline', async () => {
  await using node = await gatewayNode();
  node.hang('command s3cmd');
  expect(await node.raise('monitor')).toMatchObject({ ok: false, ended: 'failed', tookMs: 8000 });
});
