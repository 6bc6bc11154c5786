import { expect, test } from 'vitest';
import { ServiceMachine } from './service-machine.ts';

test('ProFTPD serves on an address that has come, and a session is reset when the address leaves', async () => {
  const node = await ServiceMachine.start('70.proftpd');
  await node.succeed('startup', 'monitor');
  await node.take('10.0.0.1');
  const session = node.startClient('socat', '-d', '-d', '-u', 'TCP:10.0.0.1:21', '-');
  await session.says('220 ');
  await node.succeed('releaseip eth0 10.0.0.1 24', 'ipreallocated', 'monitor');
  await session.says('Connection reset by peer');
  await node.succeed('startup', 'shutdown', 'shutdown');
  expect(node.machine.pidsOf(/proftpd:/)).toEqual([]);
});

test('a node that is shut by ftpshut is unhealthy until it is opened again', async () => {
  const node = await ServiceMachine.start('70.proftpd');
  await node.succeed('startup');
  await node.shell('ftpshut -l 0 -d 0 now maintenance');
  await expect
    .poll(() => node.raise('monitor'))
    .toEqual({
      status: 1,
      output: 'ERROR: proftpd is shut: "ftpshut -R" opens it\n',
    });
  await node.shell('ftpshut -R');
  await node.succeed('monitor');
});

test('a configuration with an error is refused at startup, in the words of the server', async () => {
  const node = await ServiceMachine.start('70.proftpd', {
    files: {
      '/etc/default/proftpd': 'CONFIG_FILE=/etc/proftpd/other.conf\n',
      '/etc/proftpd/other.conf': 'Nonsense on\n',
    },
  });
  expect(await node.raise('startup')).toEqual({
    status: 1,
    output: expect.stringMatching(
      /^ERROR: \/etc\/proftpd\/other\.conf: .*unknown configuration directive 'Nonsense' on line 1/s,
    ) as string,
  });
});
