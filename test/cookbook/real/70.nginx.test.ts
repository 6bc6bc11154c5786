import { expect, test } from 'vitest';
import { ServiceMachine } from './service-machine.ts';

const page = ['curl', '--silent', '--show-error', '--max-time', '2'] as const;

const start = (): Promise<ServiceMachine> =>
  ServiceMachine.start('70.nginx', {
    files: {
      '/etc/nginx/sites-enabled/default':
        'server { listen 127.0.0.1:80; include /etc/nginx/ctdb-listen.conf; root /var/www/html; }\n',
      '/var/www/html/index.html': 'hello\n',
    },
  });

test('nginx serves on the addresses that the node holds, and only there, without being restarted', async () => {
  const node = await start();
  await node.succeed('startup', 'monitor');
  const pid = await node.shell('cat /run/nginx.pid');
  await node.take('10.0.0.1');
  await node.take('10.0.0.2');
  await node.succeed('monitor');
  expect((await node.client(...page, 'http://10.0.0.1/', 'http://10.0.0.2/')).stdout).toBe('hello\nhello');

  await node.raise('releaseip', 'eth0', '10.0.0.1', '24');
  await node.succeed('ipreallocated', 'monitor');
  expect(await node.shell('cat /etc/nginx/ctdb-listen.conf')).toBe('listen 10.0.0.2:80;');
  await expect.poll(() => node.shell('ss -tlnH sport = 80')).not.toContain('10.0.0.1');
  expect((await node.client(...page, 'http://10.0.0.2/')).stdout).toBe('hello');
  expect(await node.shell('cat /run/nginx.pid')).toBe(pid);
  await node.succeed('shutdown');
  expect(node.machine.pidsOf(/nginx/)).toEqual([]);
});

test('a configuration that nginx does not take is told, fails no takeover, and is found by monitor', async () => {
  const node = await start();
  await node.succeed('startup');
  await node.machine.write('/etc/nginx/conf.d/wrong.conf', 'wrong;\n');
  await node.succeed('takeip eth0 10.0.0.1 24');
  const { status, output } = await node.raise('ipreallocated');
  expect({ status, output }).toEqual({
    status: 0,
    output: expect.stringMatching(/^WARNING: nginx is not reloaded: .*unknown directive "wrong"/s) as string,
  });
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: expect.stringMatching(/^ERROR: nginx does not serve: curl: \(7\) .*10\.0\.0\.1/) as string,
  });
});

test('an address to which nginx cannot be bound is found, though the reload said that all is well', async () => {
  const node = await start();
  await node.succeed('startup', 'monitor');
  // Somebody else's: `nginx -t` asks the kernel, and lets pass what is in use, because nginx itself may be its user.
  node.start('socat', 'TCP-LISTEN:80,bind=10.0.0.1,fork,freebind', 'EXEC:true');
  await expect.poll(() => node.shell('ss -tlnH sport = 80')).toContain('10.0.0.1:80');
  await node.take('10.0.0.1');
  await expect
    .poll(() => node.shell('cat /var/log/nginx/error.log'))
    .toContain('bind() to 10.0.0.1:80 failed (98: Address already in use)');
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: expect.stringMatching(/^ERROR: nginx does not serve: curl: \(52\) Empty reply/) as string,
  });
});
