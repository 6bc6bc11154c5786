import { expect, test } from 'vitest';
import { Sampler } from '../../core/run/sampling/sampler.ts';
import { nfsNode } from '../support/nfs-node.ts';

const callout = 'nfs-linux-kernel-callout';

const networks = ['commands', 'netlink'] as const;

test.each(networks)(
  'a shared directory is found whatever bytes its name has, under %s',
  async (networkName) => {
    const node = nfsNode();
    const names = ['caf\udce9', 'müll', 'a b', 'line\u2028separated', '\udc81\\x'];
    for (const name of names) node.makeDirectory(`srv/${name}`);
    node.plant('state/shares', names.map((name) => `${node.path(`srv/${name}`)}\n`).join(''));
    using sampling = new Sampler();
    const monitor = () => node.raiseWith({ networkName, sampling }, 'monitor');
    expect(await monitor()).toEqual({ status: 0, output: '' });
    node.plant('state/shares', `${node.path('srv/caf\udce8')}\n`);
    using later = new Sampler();
    expect(await node.raiseWith({ networkName, sampling: later }, 'monitor')).toMatchObject({
      status: 1,
      output: expect.stringContaining(
        `ERROR: nfs directory "${node.path('srv/caf\udce8')}" not available\n`,
      ) as string,
    });
  },
);

test.each(networks)(
  'a callout that is killed while it lists shares is said, under %s',
  async (networkName) => {
    const node = nfsNode();
    node.makeDirectory('srv');
    node.plantExecutable(
      'base/nfs-linux-kernel-callout',
      `#!/bin/sh
case $1 in
register) echo monitor-list-shares ;;
monitor-list-shares) printf '${node.path('srv')}\\n/half a na'; kill -KILL $$ ;;
esac
`,
    );
    using sampling = new Sampler();
    expect(await node.raiseWith({ networkName, sampling }, 'monitor')).toEqual({
      status: 0,
      output:
        `WARNING: ${node.path('base/nfs-linux-kernel-callout')} monitor-list-shares was ended by signal 9: ` +
        'not all shares are known\n',
    });
  },
);

test.each(networks)(
  'a check file or command that is killed says nothing about the service, under %s',
  async (networkName) => {
    const node = nfsNode();
    node.plant('base/nfs-checks.d/20.x.check', "restart_every=1\nservice_check_cmd='kill -KILL $$'\n");
    using sampling = new Sampler();
    expect(await node.raiseWith({ networkName, sampling }, 'monitor')).toEqual({
      status: 1,
      output: 'ERROR: the check of service "x" was ended by signal 9\n',
    });
    node.plant('base/nfs-checks.d/20.x.check', 'family=$(kill -KILL $$)\n');
    expect(await node.raiseWith({ networkName, sampling }, 'monitor')).toEqual({
      status: 1,
      output: `ERROR: ${node.path('base/nfs-checks.d/20.x.check')}: sh was ended by signal 9\n`,
    });
  },
);

test('monitor names the first shared directory that is missing, and ends there', async () => {
  const node = nfsNode();
  node.makeDirectory('srv');
  node.plant('state/shares', `${node.path('srv')}\n/nonexistent/%U\n/nonexistent/a b\n/nonexistent/c\n`);
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: 'ERROR: nfs directory "/nonexistent/a b" not available\n',
  });
  expect(node.calls().at(-1)).toBe(`${callout} monitor-list-shares`);
});

test('a callout that fails to list shares does not matter; what it listed is checked', async () => {
  const node = nfsNode();
  node.plant('state/failing-operations', 'monitor-list-shares\n');
  expect(await node.raise('monitor')).toEqual({ status: 0, output: '' });
  node.plant('state/shares', '/nonexistent\n');
  expect((await node.raise('monitor')).output).toBe('ERROR: nfs directory "/nonexistent" not available\n');
});

test('CTDB_NFS_SKIP_SHARE_CHECK=yes asks for no shares', async () => {
  const node = nfsNode();
  node.options('CTDB_NFS_SKIP_SHARE_CHECK=yes');
  node.plant('state/shares', '/nonexistent\n');
  expect(await node.raise('monitor')).toEqual({ status: 0, output: '' });
  expect(node.calls()).not.toContain(`${callout} monitor-list-shares`);
});
