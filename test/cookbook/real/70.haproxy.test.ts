import { expect, test } from 'vitest';
import { ServiceMachine } from './service-machine.ts';

const configuration = (more = ''): string => `
global
  stats socket /run/haproxy/admin.sock mode 600 level admin
defaults
  mode http
  timeout connect 1s
  timeout client 10s
  timeout server 10s
frontend web
  bind 10.0.0.1:8080
  bind 10.0.0.2:8080
  use_backend near if { path_beg /near }
  default_backend far
backend near
  server a 127.0.0.1:9001 check inter 100ms
backend far
  server b 127.0.0.1:9002 check inter 100ms
${more}`;

const start = (): Promise<ServiceMachine> =>
  ServiceMachine.start('70.haproxy', {
    options: { HAPROXY_PORTS: '8080', HAPROXY_LOCAL_PROXIES: 'near' },
    files: { '/etc/haproxy/haproxy.cfg': configuration() },
    prepare: 'mkdir -p /run/haproxy',
  });

/** Starts an HTTP server that has one page. */
async function serve(node: ServiceMachine, port: number, path: string): Promise<void> {
  await node.machine.write(`/srv/${port}${path}`, path);
  node.start('python3', '-m', 'http.server', '--directory', `/srv/${port}`, '--bind', '127.0.0.1', `${port}`);
}

const states = (node: ServiceMachine): Promise<string> =>
  node.shell("echo 'show stat' | socat - UNIX-CONNECT:/run/haproxy/admin.sock | cut -d, -f1,2,18");

test('HAProxy binds the addresses of all nodes, and serves on one as soon as it comes', async () => {
  const node = await start();
  await serve(node, 9001, '/near');
  await serve(node, 9002, '/far');
  await node.succeed('startup');
  await expect.poll(() => states(node)).toMatch(/near,BACKEND,UP[^]*far,BACKEND,UP/);
  await node.succeed('monitor');
  await node.take('10.0.0.1');
  expect(
    (await node.client('curl', '-sS', 'http://10.0.0.1:8080/far', 'http://10.0.0.1:8080/near')).stdout,
  ).toBe('/far/near');
  const pid = await node.shell('cat /run/haproxy.pid');
  await node.succeed('releaseip eth0 10.0.0.1 24', 'ipreallocated', 'monitor');
  await node.take('10.0.0.1');
  expect((await node.client('curl', '-sS', 'http://10.0.0.1:8080/far')).stdout).toBe('/far');
  expect(await node.shell('cat /run/haproxy.pid')).toBe(pid);
  await node.succeed('shutdown', 'shutdown');
  expect(node.machine.pidsOf(/haproxy/)).toEqual([]);
});

test('a proxy without servers makes the node unhealthy only if its servers are on this node', async () => {
  const node = await start();
  await serve(node, 9001, '/near');
  await node.succeed('startup');
  await expect.poll(() => states(node)).toMatch(/near,BACKEND,UP[^]*far,BACKEND,DOWN/);
  expect(await node.raise('monitor')).toEqual({
    status: 0,
    output: 'WARNING: HAProxy has no server for far\n',
  });
  await node.kill(/http.server.*9001/);
  await expect.poll(() => states(node)).toMatch(/near,BACKEND,DOWN/);
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: 'ERROR: HAProxy has no server for near\n',
  });
});

test('after a reload that failed HAProxy serves without its socket, and the node stays healthy', async () => {
  const node = await start();
  await node.succeed('startup');
  node.start('socat', 'TCP-LISTEN:22000', 'EXEC:true');
  await expect.poll(() => node.shell('ss -tlnH sport = 22000')).not.toBe('');
  await node.machine.write(
    '/etc/haproxy/haproxy.cfg',
    configuration('frontend more\n  bind 127.0.0.1:22000\n'),
  );
  expect((await node.machine.attempt('service', 'haproxy', 'reload')).code).not.toBe(0);
  expect(await node.raise('monitor')).toEqual({
    status: 0,
    output: expect.stringMatching(
      /^WARNING: HAProxy listens and does not say how it is: .*refused/,
    ) as string,
  });
  await node.shell('killall -9 haproxy');
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: 'ERROR: HAProxy does not listen at port 8080\n',
  });
});
