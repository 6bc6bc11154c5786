import { describe, expect, test } from 'vitest';
import { describePluginContract, testNode, type TestNode } from 'ctdb-hook/testing';
import postgresql from './09.postgresql.ts';

/** PostgreSQL as pg_ctlcluster shows it. Another node may have the lock, and the server may not stop. */
class Server {
  isRunning = false;
  isLocked = false;
  isHung = false;

  answer(command: readonly string[]): { readonly code: number; readonly stderr?: string } {
    if (command[0] === 'pg_isready') return { code: this.isRunning ? 0 : 2 };
    if (command[0] === 'fuser') return this.#become(false);
    if (command.includes('status')) return { code: this.isRunning ? 0 : 3 };
    if (command.includes('start')) return this.isLocked ? { code: 75 } : this.#become(true);
    if (!this.isRunning) return { code: 2, stderr: 'Cluster is not running.\n' };
    return this.isHung ? { code: 1, stderr: 'pg_ctl: server does not shut down\n' } : this.#become(false);
  }

  #become(isRunning: boolean): { readonly code: number } {
    this.isRunning = isRunning;
    return { code: 0 };
  }
}

const options = { PG_ADDRESS: '10.0.0.1', PG_LOCK_FILE: '/clusterfs/lock' };

/** Installs a server. */
function prepare({ commands }: TestNode): Server {
  const server = new Server();
  for (const program of ['pg_ctlcluster', 'pg_isready', 'flock', 'fuser'])
    commands.on(program, (command) => server.answer(command));
  return server;
}

async function databaseNode(): Promise<{ readonly node: TestNode; readonly server: Server }> {
  const node = await testNode({ name: '09.postgresql', plugin: postgresql, options });
  return { node, server: prepare(node) };
}

describePluginContract(postgresql, { name: '09.postgresql', options, prepare }, { describe, test });

test('the database runs while the node holds its address, whatever other addresses do', async () => {
  const { node, server } = await databaseNode();
  await using _node = node;
  await node.raise('takeip', 'eth0', '10.0.0.2', '24');
  await node.raise('ipreallocated');
  expect(server.isRunning).toBe(false);
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  expect(server.isRunning).toBe(false);
  await node.raise('ipreallocated');
  await node.raise('releaseip', 'eth0', '10.0.0.2', '24');
  await node.raise('ipreallocated');
  expect(server.isRunning).toBe(true);
  await node.raise('releaseip', 'eth0', '10.0.0.1', '24');
  expect(server.isRunning).toBe(false);
});

test('when the address leaves, the database has stopped before', async () => {
  const { node, server } = await databaseNode();
  await using _node = node;
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  await node.raise('ipreallocated');
  let held: readonly string[] = [];
  node.commands.on('pg_ctlcluster', (command) => {
    held = node.addresses;
    return server.answer(command);
  });
  await node.raise('releaseip', 'eth0', '10.0.0.1', '24');
  expect(held).toEqual(['10.0.0.1/24 eth0']);
  expect(node.addresses).toEqual([]);
});

test('a database that another node has is started by monitor when the lock is free', async () => {
  const { node, server } = await databaseNode();
  await using _node = node;
  server.isLocked = true;
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  const refused = 'WARNING: another node still has the database: /clusterfs/lock is locked\n';
  expect(await node.raise('ipreallocated')).toMatchObject({ ok: true, output: refused });
  expect(await node.raise('monitor')).toMatchObject({ ok: true, output: refused });
  server.isLocked = false;
  await node.raise('monitor');
  expect(server.isRunning).toBe(true);
  expect(await node.raise('monitor')).toMatchObject({ ok: true, output: '', did: [] });
});

test('a database that does not stop is killed, and releaseip succeeds', async () => {
  const { node, server } = await databaseNode();
  await using _node = node;
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  await node.raise('ipreallocated');
  server.isHung = true;
  expect(await node.raise('releaseip', 'eth0', '10.0.0.1', '24')).toMatchObject({
    ok: true,
    output: 'WARNING: PostgreSQL is killed, since it does not stop: pg_ctl: server does not shut down\n',
  });
  expect(server.isRunning).toBe(false);
});

test('what a killed ctdbd has left running is stopped at init', async () => {
  const { node, server } = await databaseNode();
  await using _node = node;
  server.isRunning = true;
  await node.restart();
  expect(await node.raise('init')).toMatchObject({ ok: true });
  expect(server.isRunning).toBe(false);
});

test('a node without the option PG_ADDRESS does not start up', async () => {
  const { node } = await databaseNode();
  await using _node = node;
  node.options.set('PG_ADDRESS', undefined);
  expect(await node.raise('startup')).toMatchObject({
    ok: false,
    output: 'ERROR: PG_ADDRESS is not set: expected a public address\n',
  });
});
