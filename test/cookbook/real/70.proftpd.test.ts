import { expect, test } from 'vitest';
import { ServiceMachine } from './service-machine.ts';

const start = (): Promise<ServiceMachine> =>
  ServiceMachine.start('70.proftpd', {
    options: { PROFTPD_DRAIN_SECONDS: '20' },
    prepare: 'useradd --create-home eve; echo eve:eve | chpasswd',
    files: { '/etc/proftpd/conf.d/test.conf': 'RequireValidShell off\n' },
  });

test('ProFTPD serves on an address that has come, and a session is reset when the address leaves', async () => {
  const node = await start();
  await node.succeed('startup', 'monitor');
  await node.take('10.0.0.1');
  const session = node.startClient('socat', '-d', '-d', '-u', 'TCP:10.0.0.1:21', '-');
  await session.says('220 ');
  await node.succeed('releaseip eth0 10.0.0.1 24', 'ipreallocated', 'monitor');
  await session.says('Connection reset by peer');
});

test('at shutdown nobody new logs in, and a transfer goes on until its end', async () => {
  const node = await start();
  await node.succeed('startup');
  await node.take('10.0.0.1');
  await node.shell('head -c 3000000 /dev/zero > /home/eve/big');
  const url = 'ftp://eve:eve@10.0.0.1/big';
  const transfer = node.startClient(
    'curl',
    '-sS',
    '--limit-rate',
    '1M',
    '-o',
    '/root/big',
    '-w',
    'got %{size_download}',
    url,
  );
  await expect.poll(() => node.shell('ftpwho')).toContain('eve');
  const shutdown = node.raise('shutdown');
  await expect
    .poll(async () => (await node.client('curl', '-sS', url)).stderr)
    .toContain('this node shuts down');
  expect(await node.raise('monitor')).toMatchObject({ status: 1 });
  expect(await shutdown).toEqual({
    status: 0,
    output: expect.stringContaining('Waiting for transfers by FTP to end\n') as string,
  });
  await transfer.says('got 3000000');
  expect(node.machine.pidsOf(/proftpd:/)).toEqual([]);
});

test('what a shutdown that was killed has left keeps nobody from logging in after the next startup', async () => {
  const node = await start();
  await node.shell("ftpshut -l 0 -d 0 now 'this node shuts down'");
  await node.succeed('startup', 'monitor', 'startup', 'shutdown', 'shutdown');
});
