import { expect, test } from 'vitest';
import { ServiceMachine } from './service-machine.ts';

const start = (): Promise<ServiceMachine> => ServiceMachine.start('70.vsftpd');

test('vsftpd serves on an address that has come, and a session is reset when the address leaves', async () => {
  const node = await start();
  await node.succeed('startup', 'monitor');
  await node.take('10.0.0.1');
  const session = node.startClient('socat', '-d', '-d', '-u', 'TCP:10.0.0.1:21', '-');
  await session.says('220 ');
  await node.succeed('releaseip eth0 10.0.0.1 24', 'ipreallocated', 'monitor');
  await session.says('Connection reset by peer');
  await node.succeed('startup', 'shutdown', 'shutdown');
  expect(node.machine.pidsOf(/vsftpd/)).toEqual([]);
});

test('a server that has died is restarted at the second monitor that finds it so', async () => {
  const node = await start();
  await node.succeed('startup', 'monitor');
  await node.shell('killall vsftpd');
  await node.succeed('monitor');
  const { status, output } = await node.raise('monitor');
  expect({ status, output }).toEqual({
    status: 0,
    output: expect.stringMatching(
      /^WARNING: vsftpd has failed 2 times: 20.* Connection refused; it is restarted$/m,
    ) as string,
  });
  await node.succeed('monitor');
});

test('a server that cannot start makes the node unhealthy where a restart does not mend it', async () => {
  const node = await start();
  await node.succeed('startup');
  await node.machine.write('/etc/vsftpd.conf', 'nonsense=YES\n');
  await node.shell('killall vsftpd');
  await node.succeed('monitor');
  expect((await node.raise('monitor')).status).toBe(0);
  await node.succeed('monitor');
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: expect.stringMatching(/^ERROR: vsftpd has failed 4 times: /) as string,
  });
});
