import { join } from 'node:path';
import { describe, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { describePluginContract, type TestNode } from '../../core/testing/index.ts';
import ctdb from '../../plugins/00.ctdb/plugin.ts';
import iface from '../../plugins/10.interface/plugin.ts';
import samba from '../../plugins/50.samba/plugin.ts';
import nfs from '../../plugins/60.nfs/plugin.ts';

// The plugins that are built in hold the contract of every plugin, each in a world in which all is well.

const runner = { describe, test };

const fileOf = (name: string): string => join(packageRoot, 'plugins', name, 'plugin.ts');

describePluginContract(ctdb, { name: '00.ctdb', file: fileOf('00.ctdb') }, runner);

describePluginContract(
  ctdb,
  {
    name: '00.ctdb',
    file: fileOf('00.ctdb'),
    release: '4.17', // Up to 4.20 it looks after the databases.
    prepare({ commands, files }) {
      files.makeDirectory('/var/lib/ctdb/persistent');
      files.set('/var/lib/ctdb/persistent/secrets.tdb.0', '');
      commands.on(['/usr/libexec/ctdb/ctdb-config', 'get', 'database', /./], { stdout: '' });
      commands.on(['tdbtool'], { stdout: 'check\n' });
      commands.on(['tdbtool', /./, 'check'], { stdout: 'Database integrity is OK\n' });
    },
  },
  runner,
);

describePluginContract(
  iface,
  {
    name: '10.interface',
    file: fileOf('10.interface'),
    prepare({ ctdb: ctdbd, kernel }) {
      ctdbd.hasOtherNodes = true;
      kernel.link('bond0', {
        bond: { noActiveSlave: false, anyUp: true, is8023ad: false, anySlaveUp: true },
      });
    },
  },
  runner,
);

/** What `testparm -v -s` of Samba 4.17 prints, as far as it matters. */
const settings = '[global]\n\tsmb ports = 445 139\n\tserver string = Samba\n[share]\n\tpath = /srv/share\n';

describePluginContract(
  samba,
  {
    name: '50.samba',
    file: fileOf('50.samba'),
    options: { CTDB_SAMBA_INTERFACES_FILE: '/etc/samba/interfaces.conf' },
    prepare({ commands, files, ports, services }) {
      services.define('smbd');
      files.set('/etc/samba/smb.conf', '[share]\npath = /srv/share\n');
      files.makeDirectory('/srv/share');
      ports.listen(445, 139);
      commands.on(['testparm', '-v', '-s'], { stdout: settings });
      commands.on(['killall', '-0', '-q', 'smbd'], { code: 1 });
      commands.on(['sh', '-c', /program_stack_traces smbd/], {});
    },
  },
  runner,
);

const callout = '/etc/ctdb/nfs-linux-kernel-callout';

/** A callout of the kernel's NFS server, and the statd helper, that do what they are told. */
function prepareNfs({ commands, files, rpc }: TestNode): void {
  files.makeDirectory('/srv/nfs');
  files.set('/etc/ctdb/nfs-checks.d/00.portmapper.check', 'unhealthy_after=1\n');
  files.set('/etc/ctdb/nfs-checks.d/20.nfs.check', 'version="3"\nrestart_every=10\nunhealthy_after=2\n');
  files.set('/usr/libexec/ctdb/statd_callout_helper', '', { mode: 0o755 });
  files.makeDirectory('/var/lib/nfs/sm');
  commands.on(callout, ([, operation]) => ({
    stdout: operation === 'monitor-list-shares' ? '/srv/nfs\n' : operation === 'register' ? 'ALL\n' : '',
  }));
  commands.on('/usr/libexec/ctdb/statd_callout_helper', {});
  rpc.define('portmapper');
  rpc.define('nfs', { versions: [3, 4] });
}

describePluginContract(nfs, { name: '60.nfs', file: fileOf('60.nfs'), prepare: prepareNfs }, runner);
