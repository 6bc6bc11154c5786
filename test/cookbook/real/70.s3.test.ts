import { expect, test } from 'vitest';
import { ServiceMachine } from './service-machine.ts';

/** What listens where, in a Swift with one disk and one copy. */
const servers = { account: 6202, container: 6201, object: 6200 } as const;

const serverConfiguration = (name: string, port: number): string => `
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
mount_check = false
devices = /var/lib/disks
[pipeline:main]
pipeline = ${name}-server
[app:${name}-server]
use = egg:swift#${name}
`;

/** Debian's own init script of Swift 2.30 says at `stop` that all is well, and leaves the server running: it stops others before. */
const initScript = (name: string): string => `#!/bin/sh
daemon="--oknodo --pidfile /run/swift-${name}.pid"
case $1 in
start)
  start-stop-daemon --start $daemon --make-pidfile --background --chuid swift --exec /usr/bin/python3 -- \\
    /usr/bin/swift-${name}-server /etc/swift/${name}-server.conf
  ;;
stop) start-stop-daemon --stop $daemon --remove-pidfile --retry 5 ;;
esac
`;

const proxyConfiguration = `
[DEFAULT]
bind_ip = 0.0.0.0
bind_port = 8080
workers = 0
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache s3api tempauth slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
node_timeout = 5
[filter:tempauth]
use = egg:swift#tempauth
user_probe_probe = secret .admin
[filter:s3api]
use = egg:swift#s3api
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:cache]
use = egg:swift#memcache
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:slo]
use = egg:swift#slo
`;

const clientConfiguration = (host: string): string => `
[default]
access_key = probe:probe
secret_key = secret
host_base = ${host}:8080
host_bucket = ${host}:8080
use_https = False
`;

/** Swift's disks need a file system with extended attributes of users, which the machine's own in memory has. */
const prepare = `
mount -t tmpfs tmpfs /var/lib/disks
mkdir /var/lib/disks/d1
chown -R swift: /var/lib/disks
chmod 600 /etc/ctdb/s3-check.conf
chmod 755 /etc/init.d/*
cd /etc/swift
${Object.entries(servers)
  .map(
    ([name, port]) => `
swift-ring-builder ${name}.builder create 4 1 1
swift-ring-builder ${name}.builder add r1z1-127.0.0.1:${port}/d1 1
swift-ring-builder ${name}.builder rebalance`,
  )
  .join('\n')}`;

/** Four servers in Python take a while to start on a machine that has other work. */
const timeoutMs = 300_000;

test(
  'the gateway is healthy while a signed client can read, and not because its health page says so',
  async () => {
    const node = await ServiceMachine.start('70.s3', {
      options: {
        S3_SERVICES: 'swift-account swift-container swift-object swift-proxy',
        S3_CHECK_OBJECT: 's3://ctdb-check/object',
      },
      files: {
        ...Object.fromEntries(
          Object.entries(servers).map(([name, port]) => [
            `/etc/swift/${name}-server.conf`,
            serverConfiguration(name, port),
          ]),
        ),
        ...Object.fromEntries(
          ['proxy', ...Object.keys(servers)].map((name) => [`/etc/init.d/swift-${name}`, initScript(name)]),
        ),
        '/etc/swift/proxy-server.conf': proxyConfiguration,
        '/etc/ctdb/s3-check.conf': clientConfiguration('127.0.0.1'),
        '/root/client.conf': clientConfiguration('10.0.0.1'),
      },
      prepare: `mkdir -p /var/lib/disks\n${prepare}`,
    });
    await node.succeed('startup');
    const ports = [8080, ...Object.values(servers)].map((port) => `sport = ${port}`).join(' or ');
    await expect.poll(() => node.shell(`ss -tlnH '( ${ports} )' | wc -l`), { timeout: 60_000 }).toBe('4');
    expect((await node.raise('monitor')).output).toMatch(
      /^ERROR: s3:\/\/ctdb-check\/object cannot be read: .*does not exist/,
    );
    await node.take('10.0.0.1');
    const s3cmd = ['s3cmd', '--config', '/root/client.conf'];
    expect((await node.client(...s3cmd, 'mb', 's3://ctdb-check')).code).toBe(0);
    await node.machine.write('/root/object', 'well\n');
    expect((await node.client(...s3cmd, 'put', '/root/object', 's3://ctdb-check/object')).code).toBe(0);
    await expect.poll(() => node.raise('monitor'), { timeout: 60_000 }).toEqual({ status: 0, output: '' });

    await node.shell('service swift-object stop');
    expect(await node.shell('curl -sS http://127.0.0.1:8080/healthcheck')).toBe('OK');
    await expect
      .poll(() => node.raise('monitor'), { timeout: 60_000 })
      .toEqual({
        status: 1,
        output: expect.stringMatching(/^ERROR: s3:\/\/ctdb-check\/object cannot be read: .*503/) as string,
      });
    await node.succeed('shutdown');
    expect(node.machine.pidsOf(/swift-/)).toEqual([]);
  },
  timeoutMs,
);
