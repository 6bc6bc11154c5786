import { expect, test } from 'vitest';
import { ServiceNode } from '../support/service-node.ts';

/** A node whose Samba works: testparm answers, both ports are listened on, the share is there. */
function sambaNode(): ServiceNode {
  const node = new ServiceNode('50.samba');
  node.makeDirectory('srv/data');
  node.plant('state/settings', settings({ ports: '445 139', paths: [node.path('srv/data')] }));
  node.plant('state/listening', '445\n139\n');
  node.plant('state/ifaces', 'eth1\neth0\n');
  return node;
}

interface Settings {
  readonly ports?: string;
  readonly transports?: string;
  readonly paths?: readonly string[];
}

/** What testparm -v -s prints, as far as it matters here. */
function settings({ ports = '', transports, paths = [] }: Settings): string {
  const shares = paths.map((path, index) => `\n[share${index}]\n\tcomment = one\n\tpath = ${path}\n`);
  return [
    '# Global parameters\n[global]',
    '\tlogon path = \\\\%N\\%U\\profile',
    `\tsmb ports = ${ports}`,
    ...(transports === undefined ? [] : [`\tserver smb transports = ${transports}`]),
    '\tregistry shares = No',
    '\tinclude = /etc/samba/more.conf',
    '\tcopy = ',
    '\twinbind separator = \\',
    '\tusershare path = /nonexistent',
    '\tpath = \n',
    ...shares,
  ].join('\n');
}

const cacheFile = 'var/service/samba/smb.conf.cache';

test('startup stops Samba quietly and starts it niced', async () => {
  const node = sambaNode();
  expect(await node.raise('startup')).toEqual({ status: 0, output: 'starting smbd\n' });
  expect(node.calls()).toEqual(['service smbd stop', 'killall -0 -q smbd', 'nice service smbd start']);
});

test.each(['startup', 'shutdown', 'monitor'])('%s does not mind arguments', async (event) => {
  expect((await sambaNode().raise(event, 'more')).status).toBe(0);
});

test('startup gives a surviving smbd one second before it kills it', async () => {
  const node = sambaNode();
  node.plant('state/processes', 'smbd 101\n');
  node.plant('state/stubborn', '');
  expect(await node.raise('startup')).toEqual({ status: 0, output: 'starting smbd\n' });
  expect(node.calls()).toEqual([
    'service smbd stop',
    'killall -0 -q smbd',
    'sleep 1',
    'killall -q -9 smbd',
    'nice service smbd start',
  ]);
});

test('a Samba that does not start fails startup', async () => {
  const node = sambaNode();
  node.plant('state/failing-services', 'smbd start\n');
  expect(await node.raise('startup')).toEqual({
    status: 1,
    output: 'starting smbd\nFailed to start samba\n',
  });
});

test('a first stop that fails does not matter', async () => {
  const node = sambaNode();
  node.plant('state/failing-services', 'smbd stop\n');
  expect(await node.raise('startup')).toEqual({ status: 0, output: 'starting smbd\n' });
});

test('the service is smb on other platforms than debian', async () => {
  const node = sambaNode();
  node.plant('etc/os-release', 'ID="rocky"\nID_LIKE="rhel centos fedora"\n');
  await node.raise('startup');
  expect(node.calls()).toContain('nice service smb start');
});

test('CTDB_SERVICE_SMB names the service', async () => {
  const node = sambaNode();
  node.options('CTDB_SERVICE_SMB=samba-custom');
  await node.raise('startup');
  await node.raise('shutdown');
  expect(node.calls()).toEqual([
    'service samba-custom stop',
    'killall -0 -q smbd',
    'nice service samba-custom start',
    'service samba-custom stop',
    'pidof smbd',
  ]);
});

test('startup writes the interfaces file between stopping and starting, when it is set', async () => {
  const node = sambaNode();
  node.plant('base/public_addresses', '# ours\n10.0.0.31/24 eth2,eth0\n10.0.0.32/24 eth3 # comment\n');
  node.options(
    `CTDB_SAMBA_INTERFACES_FILE=${node.path('interfaces.conf')}`,
    'CTDB_SAMBA_INTERFACES_EXTRA="docker0 192.168.7.1/24"',
  );
  expect((await node.raise('startup')).status).toBe(0);
  expect(node.read('interfaces.conf')).toBe(
    '    bind interfaces only = yes\n' +
      '    interfaces = lo  "eth0;options=dynamic" "eth1;options=dynamic" "eth2;options=dynamic" ' +
      '"eth3;options=dynamic" docker0 192.168.7.1/24\n',
  );
  expect(node.calls()).toEqual([
    'service smbd stop',
    'killall -0 -q smbd',
    'ctdb -X ifaces',
    'nice service smbd start',
  ]);
});

test('the interfaces file needs neither public_addresses nor extra interfaces', async () => {
  const node = sambaNode();
  node.options(`CTDB_SAMBA_INTERFACES_FILE=${node.path('interfaces.conf')}`);
  await node.raise('startup');
  expect(node.read('interfaces.conf')).toBe(
    '    bind interfaces only = yes\n    interfaces = lo  "eth0;options=dynamic" "eth1;options=dynamic"\n',
  );
});

test('a ctdb that cannot name its interfaces is shown, and those of public_addresses are written', async () => {
  const node = sambaNode();
  node.plant('base/public_addresses', '10.0.0.1/24 eth7\n');
  node.plantExecutable('stubs/ctdb', '#!/bin/sh\necho "ctdb: no answer" >&2\nexit 1\n');
  node.options(`CTDB_SAMBA_INTERFACES_FILE=${node.path('interfaces.conf')}`);
  expect(await node.raise('startup')).toEqual({ status: 0, output: 'ctdb: no answer\nstarting smbd\n' });
  expect(node.read('interfaces.conf')).toContain('interfaces = lo  "eth7;options=dynamic"\n');
});

test('shutdown stops Samba and shows the kernel stacks of at most 5 smbd processes that have one', async () => {
  const node = sambaNode();
  const pids = [101, 102, 103, 104, 105, 106, 107];
  node.plant('state/processes', pids.map((pid) => `smbd ${pid}\n`).join(''));
  node.plant('state/stubborn', '');
  for (const pid of pids)
    node.plant(`proc/${pid}/stack`, pid === 102 ? '' : `[<0>] wait_${pid}\n[<0>] entry\n`);
  const traces = [101, 103, 104, 105, 106].map(
    (pid) => `Stack trace for smbd[${pid}]:\n[<0>] wait_${pid}\n[<0>] entry\n`,
  );
  expect(await node.raise('shutdown')).toEqual({ status: 0, output: `stopping smbd\n${traces.join('')}` });
  expect(node.calls()).toEqual(['service smbd stop', 'pidof smbd']);
});

test('shutdown succeeds when the service does not stop, and without smbd processes says no more', async () => {
  const node = sambaNode();
  node.plant('state/failing-services', 'smbd stop\n');
  expect(await node.raise('shutdown')).toEqual({ status: 0, output: 'stopping smbd\n' });
});

test('monitor asks testparm every time, then each port in order, and is silent when all is well', async () => {
  const node = sambaNode();
  expect(await node.raise('monitor')).toEqual({ status: 0, output: '' });
  expect(await node.raise('monitor')).toEqual({ status: 0, output: '' });
  const calls = ['timeout 10 testparm -v -s', 'ctdb checktcpport 445', 'ctdb checktcpport 139'];
  expect(node.calls()).toEqual([...calls, ...calls]);
});

test('the cache leaves out parameters that would harm a reader', async () => {
  const node = sambaNode();
  await node.raise('monitor');
  const cache = node.read(cacheFile);
  expect(cache).toContain('smb ports = 445 139');
  expect(cache).not.toMatch(/registry shares|include|copy|winbind separator/);
});

test('a testparm that hangs without a cache fails monitor', async () => {
  const node = sambaNode();
  node.plant('state/testparm-hangs', '');
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: 'ERROR: smb.conf cache create failed - testparm command timed out\n',
  });
  expect(node.calls()).toEqual(['timeout 10 testparm -v -s']);
});

test('a testparm that fails without a cache fails monitor and says why', async () => {
  const node = sambaNode();
  node.plant('state/testparm-fails', 'Error loading services.\nsecond line\n');
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output:
      'ERROR: smb.conf cache create failed - testparm failed with:\nError loading services.\nsecond line\n',
  });
});

test('a testparm that hangs later is a warning, the old cache serves and is updated in the background', async () => {
  const node = sambaNode();
  await node.raise('monitor');
  node.clearCalls();
  node.plant('state/testparm-hangs', '');
  expect(await node.raise('monitor')).toEqual({
    status: 0,
    output: 'WARNING: smb.conf cache update timed out - using old cache file\n',
  });
  const testparm = 'timeout 10 testparm -v -s';
  await expect
    .poll(() => node.calls())
    .toEqual([testparm, 'ctdb checktcpport 445', 'ctdb checktcpport 139', testparm]);
});

test('a testparm that fails later is a warning with its reason', async () => {
  const node = sambaNode();
  await node.raise('monitor');
  node.plant('state/testparm-fails', 'registry is locked\n');
  expect(await node.raise('monitor')).toEqual({
    status: 0,
    output: 'WARNING: smb.conf cache update failed - using old cache file\nregistry is locked\n',
  });
});

test('what the update in the background found is there for the next event', async () => {
  const node = sambaNode();
  await node.raise('monitor');
  // Fails the first time and works from then on.
  node.plantExecutable(
    'stubs/timeout',
    `#!/bin/sh\n[ -e "$STUBS_STATE/again" ] || { : >"$STUBS_STATE/again"; exit 124; }\nshift; exec "$@"\n`,
  );
  node.plant('state/settings', settings({ ports: '1445' }));
  await node.raise('monitor');
  await expect.poll(() => node.read(cacheFile)).toContain('smb ports = 1445');
});

test('no update is tried in the background when ports are bad', async () => {
  const node = sambaNode();
  await node.raise('monitor');
  node.clearCalls();
  node.plant('state/testparm-hangs', '');
  node.plant('state/listening', '');
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output:
      'WARNING: smb.conf cache update timed out - using old cache file\n' +
      'samba not listening on TCP port 445\n',
  });
  expect(node.calls()).toEqual(['timeout 10 testparm -v -s', 'ctdb checktcpport 445']);
});

test('the first port without a listener ends the check', async () => {
  const node = sambaNode();
  node.plant('state/listening', '445\n');
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: 'samba not listening on TCP port 139\n',
  });
});

test('a checktcpport that fails is shown with its output', async () => {
  const node = sambaNode();
  node.plant('state/checktcpport-fails', '');
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: 'unexpected error (1) running "ctdb checktcpport 445"\nfirst line\nsecond line\n',
  });
  expect(node.calls()).toEqual(['timeout 10 testparm -v -s', 'ctdb checktcpport 445']);
});

test('CTDB may be several words', async () => {
  const node = sambaNode();
  node.plantExecutable('words', '#!/bin/sh\nshift 2\nexec ctdb "$@"\n');
  node.options(`CTDB='${node.path('words')} -d ERR'`);
  node.plant('state/listening', '445\n');
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: 'samba not listening on TCP port 139\n',
  });
  expect(node.calls().slice(1)).toEqual(['ctdb checktcpport 445', 'ctdb checktcpport 139']);
});

test.for([
  { says: { ports: '445, 139' }, ports: ['445', '139'] },
  { says: { ports: '139 445 1445' }, ports: ['139', '445', '1445'] },
  { says: { ports: '445', transports: 'nbt, tcp' }, ports: ['139', '445'] },
  { says: { ports: '445', transports: 'tcp:1445,nbt:1139,quic' }, ports: ['1445', '1139'] },
  { says: { ports: '1445', transports: '' }, ports: ['1445'] },
])('monitor checks $ports when testparm says $says', async ({ says, ports }) => {
  const node = sambaNode();
  node.plant('state/settings', settings(says));
  node.plant('state/listening', ports.map((port) => `${port}\n`).join(''));
  expect(await node.raise('monitor')).toEqual({ status: 0, output: '' });
  expect(node.calls().slice(1)).toEqual(ports.map((port) => `ctdb checktcpport ${port}`));
});

test('CTDB_SAMBA_CHECK_PORTS goes before what testparm says', async () => {
  const node = sambaNode();
  node.options('CTDB_SAMBA_CHECK_PORTS="tcp:2445, 139"');
  node.plant('state/listening', '2445\n139\n');
  expect(await node.raise('monitor')).toEqual({ status: 0, output: '' });
  expect(node.calls().slice(1)).toEqual(['ctdb checktcpport 2445', 'ctdb checktcpport 139']);
});

test('monitor fails when no ports are known', async () => {
  const node = sambaNode();
  node.plant('state/settings', settings({ ports: '' }));
  expect(await node.raise('monitor')).toEqual({ status: 1, output: 'Failed to set smb ports\n' });
});

test('monitor fails when no transport has a TCP port', async () => {
  const node = sambaNode();
  node.plant('state/settings', settings({ ports: '445', transports: 'quic, quic:1443' }));
  expect(await node.raise('monitor')).toEqual({ status: 1, output: 'Failed to set smb tcp ports\n' });
});

test('monitor names the first share directory that is missing, and no other', async () => {
  const node = sambaNode();
  const paths = [node.path('srv/data'), '"/nonexistent/a b"', '/nonexistent/c'];
  node.plant('state/settings', settings({ ports: '445', paths }));
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: 'ERROR: samba directory "/nonexistent/a b" not available\n',
  });
});

test('a share directory that is a file is not available', async () => {
  const node = sambaNode();
  node.plant('srv/file', '');
  node.plant('state/settings', settings({ ports: '445', paths: [node.path('srv/file')] }));
  expect((await node.raise('monitor')).output).toBe(
    `ERROR: samba directory "${node.path('srv/file')}" not available\n`,
  );
});

test('share directories with a % are not checked', async () => {
  const node = sambaNode();
  node.plant('state/settings', settings({ ports: '445', paths: ['/nonexistent/%U'] }));
  expect(await node.raise('monitor')).toEqual({ status: 0, output: '' });
});

test('CTDB_SAMBA_SKIP_SHARE_CHECK=yes leaves the shares alone', async () => {
  const node = sambaNode();
  node.options('CTDB_SAMBA_SKIP_SHARE_CHECK=yes');
  node.plant('state/settings', settings({ ports: '445', paths: ['/nonexistent'] }));
  expect(await node.raise('monitor')).toEqual({ status: 0, output: '' });
});

test('shares are looked at after the ports', async () => {
  const node = sambaNode();
  node.plant('state/settings', settings({ ports: '445', paths: ['/nonexistent'] }));
  node.plant('state/listening', '');
  expect((await node.raise('monitor')).output).toBe('samba not listening on TCP port 445\n');
});
