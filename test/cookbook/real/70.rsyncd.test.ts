import { expect, test } from 'vitest';
import { ServiceMachine } from './service-machine.ts';

const start = (enabled: string): Promise<ServiceMachine> =>
  ServiceMachine.start('70.rsyncd', {
    options: { RSYNCD_MODULES: 'export' },
    files: {
      '/etc/default/rsync': `RSYNC_ENABLE=${enabled}\n`,
      '/etc/rsyncd.conf': '[export]\npath = /srv/export\n',
      '/srv/export/file': 'text\n',
    },
    prepare: 'chmod 755 /srv',
  });

test('rsync serves its modules on an address that has come', async () => {
  const node = await start('true');
  await node.succeed('startup', 'monitor');
  await node.take('10.0.0.1');
  expect((await node.client('rsync', '--list-only', 'rsync://10.0.0.1/export/')).stdout).toMatch(/ file$/);
  await node.succeed(
    'releaseip eth0 10.0.0.1 24',
    'ipreallocated',
    'monitor',
    'startup',
    'shutdown',
    'shutdown',
  );
  expect(node.machine.pidsOf(/rsync/)).toEqual([]);
});

test('a daemon that its init script does not start fails startup, though the script says that all is well', async () => {
  const node = await start('false');
  expect((await node.machine.attempt('service', 'rsync', 'start')).code).toBe(0);
  expect(await node.raise('startup')).toEqual({
    status: 1,
    output: expect.stringMatching(/^ERROR: rsync does not answer: .*Connection refused/m) as string,
  });
});

test('a module whose directory is gone makes the node unhealthy, and the message is the daemon’s own', async () => {
  const node = await start('true');
  await node.succeed('startup', 'monitor');
  await node.shell('rm -r /srv/export');
  await expect
    .poll(() => node.raise('monitor'), { timeout: 60_000 })
    .toEqual({ status: 1, output: 'ERROR: rsync module "export": @ERROR: chroot failed\n' });
});
