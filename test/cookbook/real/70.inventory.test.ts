import { expect, test } from 'vitest';
import { ServiceMachine } from './service-machine.ts';

/** A daemon as a company may have it: it says how it is as /srv/health has it, and keeps the addresses that it is told. */
const daemon = `
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(open('/srv/health', 'rb').read())
    def do_PUT(self):
        with open('/srv/addresses', 'wb') as file:
            file.write(self.rfile.read(int(self.headers['content-length'])))
        self.send_response(204)
        self.end_headers()
http.server.HTTPServer(('0.0.0.0', 7070), Handler).serve_forever()
`;

const initScript = `#!/bin/sh
case $1 in
start) start-stop-daemon --start --oknodo --background --make-pidfile --pidfile /run/inventory.pid --exec /usr/bin/python3 -- /usr/local/sbin/inventory
  for try in $(seq 100); do ! curl -so /dev/null http://127.0.0.1:7070/health || exit 0; sleep 0.1; done; exit 1 ;;
stop) start-stop-daemon --stop --oknodo --pidfile /run/inventory.pid --remove-pidfile --retry 5 ;;
esac
`;

const start = (): Promise<ServiceMachine> =>
  ServiceMachine.start('70.inventory', {
    options: { INVENTORY_UNHEALTHY_AFTER: '2' },
    files: {
      '/usr/local/sbin/inventory': daemon,
      '/etc/init.d/inventory': initScript,
      '/srv/health': '{"status":"ok"}',
    },
    prepare: 'chmod 755 /etc/init.d/inventory',
  });

test('the daemon is told which addresses the node holds, once for each takeover', async () => {
  const node = await start();
  await node.succeed('startup', 'monitor', 'takeip eth0 10.0.0.2 24');
  await node.take('10.0.0.1');
  expect(await node.shell('cat /srv/addresses')).toBe('["10.0.0.1","10.0.0.2"]');
  await node.shell('rm /srv/addresses');
  await node.succeed('ipreallocated');
  expect(await node.shell('ls /srv')).toBe('health');
  expect((await node.client('curl', '-sS', 'http://10.0.0.1:7070/health')).stdout).toBe('{"status":"ok"}');
  await node.succeed('releaseip eth0 10.0.0.1 24', 'ipreallocated');
  expect(await node.shell('cat /srv/addresses')).toBe('["10.0.0.2"]');
  await node.succeed('shutdown', 'shutdown');
  expect(node.machine.pidsOf(/sbin\/inventory/)).toEqual([]);
});

test('a daemon that hangs makes the node unhealthy when it was so twice, and is told in time', async () => {
  const node = await start();
  await node.succeed('startup', 'monitor');
  await node.machine.run('kill', '-STOP', ...node.machine.pidsOf(/sbin\/inventory/));
  await expect
    .poll(() => node.raise('monitor'), { timeout: 60_000 })
    .toEqual({
      status: 1,
      output: expect.stringMatching(/^ERROR: the inventory failed \d+ times: no answer in 4 s/) as string,
    });
  await node.machine.run('kill', '-CONT', ...node.machine.pidsOf(/sbin\/inventory/));
  await expect.poll(() => node.raise('monitor'), { timeout: 30_000 }).toEqual({ status: 0, output: '' });
});

test('what the daemon says of itself is what counts, and not that it answers', async () => {
  const node = await start();
  await node.succeed('startup');
  await node.machine.write('/srv/health', '{"status":"degraded","detail":"one disk is slow"}');
  await expect
    .poll(() => node.raise('monitor'), { timeout: 30_000 })
    .toEqual({ status: 0, output: 'WARNING: the inventory is degraded: one disk is slow\n' });
  await node.machine.write('/srv/health', '<html>');
  await expect
    .poll(() => node.raise('monitor'), { timeout: 30_000 })
    .toEqual({
      status: 1,
      output: expect.stringMatching(/failed \d+ times: this is no health page: <html>\n$/) as string,
    });
});
