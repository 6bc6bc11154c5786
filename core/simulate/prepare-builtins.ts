import type { TestNode } from '../testing/node/test-node.ts';

/** Says what the built-in plugins find on a node on which everything is well: the programs and files of Debian, Samba and the kernel's NFS server. */
export function prepareBuiltins(node: TestNode, plugins: readonly string[]): void {
  for (const plugin of plugins) preparations[plugin]?.(node);
}

const preparations: Readonly<Record<string, ((node: TestNode) => void) | undefined>> = {
  '00.ctdb': prepareDatabases,
  '50.samba': prepareSamba,
  '60.nfs': prepareNfs,
};

function prepareDatabases({ commands, files }: TestNode): void {
  files.makeDirectory('/var/lib/ctdb/persistent');
  files.set('/var/lib/ctdb/persistent/secrets.tdb.0', '');
  commands.on(['/usr/libexec/ctdb/ctdb-config', 'get', 'database', /./], { stdout: '' });
  commands.on(['tdbtool'], { stdout: 'check\n' });
  commands.on(['tdbtool', /./, 'check'], { stdout: 'Database integrity is OK\n' });
}

/** What `testparm -v -s` of Samba 4.17 prints, as far as 50.samba reads it. */
const sambaSettings = '[global]\n\tsmb ports = 445 139\n[share]\n\tpath = /srv/share\n';

function prepareSamba({ commands, files, ports, services }: TestNode): void {
  for (const service of ['smbd', 'smb']) services.define(service); // CTDB 4.17 takes the second where the platform is not told.
  files.set('/etc/samba/smb.conf', '[share]\npath = /srv/share\n');
  files.makeDirectory('/srv/share');
  ports.listen(445, 139);
  commands.on(['testparm', '-v', '-s'], { stdout: sambaSettings });
  commands.on(['killall', '-0', '-q', 'smbd'], { code: 1 });
  commands.on(['sh', '-c', /program_stack_traces smbd/], {});
}

const nfsCallout = '/etc/ctdb/nfs-linux-kernel-callout';
const statdHelpers = ['/usr/libexec/ctdb/statd_callout_helper', '/etc/ctdb/statd-callout'];

function prepareNfs({ commands, files, rpc }: TestNode): void {
  files.makeDirectory('/srv/nfs');
  files.set('/etc/ctdb/nfs-checks.d/00.portmapper.check', 'unhealthy_after=1\n');
  files.set('/etc/ctdb/nfs-checks.d/20.nfs.check', 'version="3"\nrestart_every=10\nunhealthy_after=2\n');
  files.makeDirectory('/var/lib/nfs/sm');
  for (const helper of statdHelpers) {
    files.set(helper, '', { mode: 0o755 });
    commands.on(helper, {});
  }
  commands.on(nfsCallout, ([, operation]) => ({ stdout: calloutAnswers[operation ?? ''] ?? '' }));
  rpc.define('portmapper');
  rpc.define('nfs', { versions: [3, 4] });
}

const calloutAnswers: Readonly<Record<string, string | undefined>> = {
  register: 'ALL\n',
  'monitor-list-shares': '/srv/nfs\n',
};
