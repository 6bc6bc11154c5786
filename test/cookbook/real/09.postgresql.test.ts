import { expect, onTestFinished, test } from 'vitest';
import { Machine } from '../../cluster/machine.ts';
import { ServiceMachine } from './service-machine.ts';

const moveDatabase = 'cp -a /var/lib/postgresql/15/main /run/shared/main';

/** A machine for nothing but the directory that nodes share. */
async function clusterFileSystem(): Promise<Machine> {
  const machine = await Machine.start('shared');
  onTestFinished(() => machine.powerOff());
  return machine;
}

/** A node whose database is on the cluster file system, which the nodes share. */
const start = (beside: Machine, prepare: string): Promise<ServiceMachine> =>
  ServiceMachine.start('09.postgresql', {
    options: { PG_ADDRESS: '10.0.0.1', PG_LOCK_FILE: '/run/shared/lock' },
    beside,
    prepare: `${prepare}
cd /etc/postgresql/15/main
echo "data_directory = '/run/shared/main'" >>postgresql.conf
echo "listen_addresses = '*'" >>postgresql.conf
echo 'host all all 10.0.0.0/24 trust' >>pg_hba.conf
mkdir -p /run/postgresql
chown postgres: /run/postgresql`,
  });

const query = (node: ServiceMachine, sql: string): Promise<string> =>
  node
    .client('psql', '-h', '10.0.0.1', '-U', 'postgres', '-Atc', sql)
    .then(({ stdout, stderr }) => stdout + stderr);

const isRunning = (node: ServiceMachine): boolean => node.machine.pidsOf(/postgres/).length > 0;

const release = 'releaseip eth0 10.0.0.1 24';

test('the database goes with its address, and has what was written on the other node', async () => {
  const shared = await clusterFileSystem();
  const node = await start(shared, moveDatabase);
  const other = await start(shared, '');
  await node.succeed('init', 'startup', 'monitor');
  await other.succeed('init', 'startup', 'monitor');
  expect([isRunning(node), isRunning(other)]).toEqual([false, false]);

  await node.take('10.0.0.1');
  await node.take('10.0.0.2');
  await expect.poll(() => query(node, 'create table t as select 1 as a')).toBe('SELECT 1');
  await node.succeed('monitor', 'ipreallocated', 'releaseip eth0 10.0.0.2 24');
  expect(await query(node, 'select a from t')).toBe('1');
  await node.succeed(release);
  expect(isRunning(node)).toBe(false);
  await node.succeed('ipreallocated', 'monitor');

  await other.take('10.0.0.1');
  await expect.poll(() => query(other, 'select a from t')).toBe('1');
  await other.succeed('shutdown', 'shutdown');
  expect(isRunning(other)).toBe(false);
});

test('another node does not start it while any process of it is left here, and starts it then', async () => {
  const shared = await clusterFileSystem();
  const node = await start(shared, moveDatabase);
  const other = await start(shared, '');
  await node.take('10.0.0.1');
  await expect.poll(() => query(node, 'select 1')).toBe('1');
  // A session that computes, and looks up only when it has something to say.
  node.startClient('psql', '-h', '10.0.0.1', '-U', 'postgres', '-c', busy);
  await expect.poll(() => node.machine.pidsOf(/postgres: .* DO/)).toHaveLength(1);
  await node.kill(/bin\/postgres -D/);

  expect((await other.raise('takeip', 'eth0', '10.0.0.1', '24')).status).toBe(0);
  const refused = {
    status: 0,
    output: 'WARNING: another node still has the database: /run/shared/lock is locked\n',
  };
  expect(await other.raise('ipreallocated')).toEqual(refused);
  expect(await other.raise('monitor')).toEqual(refused);
  expect(isRunning(other)).toBe(false);
  await node.kill(/postgres: .* DO/);
  await other.raise('monitor');
  await expect.poll(() => query(other, 'select 1')).toBe('1');
  await other.succeed('monitor');
});

test('a database that does not stop is killed, and the address leaves', async () => {
  const node = await start(await clusterFileSystem(), moveDatabase);
  await node.take('10.0.0.1');
  await expect.poll(() => query(node, 'select 1')).toBe('1');
  await node.machine.run('kill', '-STOP', ...node.machine.pidsOf(/bin\/postgres -D/));
  expect(await node.raise('releaseip', 'eth0', '10.0.0.1', '24')).toEqual({
    status: 0,
    output: expect.stringMatching(/^WARNING: PostgreSQL is killed, since it does not stop: /) as string,
  });
  expect(await node.shell('ip addr show dev eth0')).not.toContain('10.0.0.1');
  await expect.poll(() => isRunning(node)).toBe(false);
});

const busy = 'do $$ begin for i in 1..2000000000 loop end loop; end $$';
