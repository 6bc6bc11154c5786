import { expect, test } from 'vitest';
import type { EmulatedMachine } from './emulated-machine.ts';
import { eventCommand, outputOf, raise, runStock } from './node-machine.ts';

/** The client's address, in the network namespace `outside`. */
const client = '10.98.0.254';

/** The address that the client mounts from, and the name that statd gives of itself. */
const server = '10.98.0.1';
const serverName = 'nfs-cluster';

/**
 * Sets up the kernel's NFS server as CTDB 4.17 wants it, with the callout and the statd helper that it comes with; ctdb is
 * not started.
 */
export async function setUpNfs(machine: EmulatedMachine): Promise<void> {
  await machine.write('/etc/exports', '/srv/share *(rw,no_root_squash,no_subtree_check,fsid=1)\n');
  // A client gets no lock in the grace periods, 90 and 50 seconds long.
  await machine.write('/etc/modprobe.d/lockd.conf', 'options lockd nlm_grace_period=10\n');
  await machine.write(
    '/etc/nfs.conf',
    `[nfsd]\ngrace-time = 10\nlease-time = 10\n[statd]\nname = ${serverName}\nha-callout = /etc/ctdb/statd-callout\n`,
  );
  await machine.write('/etc/hosts', `127.0.0.1 localhost\n127.0.1.1 machine\n${server} ${serverName}\n`);
  // The helper becomes root by sudo, which it cannot below a statd that is not root: findings/statd-callout-sudo.sh.
  await machine.run('chown root /var/lib/nfs /var/lib/nfs/sm /var/lib/nfs/sm.bak');
  // There is no quota.
  await machine.run('mkdir -p /srv/share && rm -f /etc/ctdb/nfs-checks.d/50.rquotad.check');
  await machine.run('systemctl start rpcbind.socket rpcbind');
}

/** How 60.nfs gets on with the kernel's NFS server under systemd. */
export function testNfsd(get: () => EmulatedMachine): void {
  test('startup has the stock callout start nfsd, and monitor finds its services, as the script does', async () => {
    const machine = get();
    expect(await machine.run('systemctl is-active nfs-server rpc-statd')).toBe('active\nactive');
    expect(await raise(machine, 'monitor')).toMatchObject({ code: 0 });
    expect(await stockMonitor(machine)).toMatchObject({ code: 0, stdout: '' });
  });

  test('a share that is gone is said in the script’s words', async () => {
    const machine = get();
    await machine.run('mv /srv/share /srv/gone');
    const stock = await stockMonitor(machine);
    expect(stock.stdout).toBe('ERROR: nfs-kernel-server directory "/srv/share" not available');
    // Shared directories are looked for every CTDB_HOOK_SHARE_INTERVAL seconds.
    await machine.waitUntil('monitor fails', monitorEvent, ({ code }) => code !== 0);
    expect(await outputOf(machine, 'monitor')).toBe(stock.stdout);
    await machine.run('mv /srv/gone /srv/share');
    await machine.waitUntil('monitor is good again', monitorEvent, ({ code }) => code === 0);
  });

  test('nfsd that was stopped is said in the script’s words, and monitor is good again once it runs', async () => {
    const machine = get();
    await machine.run('systemctl stop nfs-server');
    await stockMonitor(machine);
    const stock = await stockMonitor(machine);
    await raise(machine, 'monitor');
    expect((await raise(machine, 'monitor')).code).not.toBe(0);
    const said = (await outputOf(machine, 'monitor')).replace(/\nfailing since .*/, '');
    expect(said).toBe(stock.stdout);
    expect(said).toMatch(/^ERROR: nfs failed RPC check:/);
    await machine.run('systemctl start nfs-server');
    expect(await raise(machine, 'monitor')).toMatchObject({ code: 0 });
  });

  test('after a failover CTDB’s helper asks the client for its statd, from the address that it had mounted, and notifies nobody', async () => {
    const machine = get();
    await machine.write('/root/client', lockAFile);
    await machine.run(
      'systemd-run --unit nfs-client ip netns exec outside unshare --mount bash -e /root/client',
    );
    await machine.waitUntil(
      'the client has its lock',
      'cat /srv/share/locked',
      ({ stdout }) => stdout === 'yes',
    );
    const noted = `statd-state@${server}@${client}`;
    const state = '/var/lib/ctdb/scripts/service/nfs/statd-callout';
    await machine.waitUntil(
      'the helper has noted the client',
      `ls ${state}`,
      ({ stdout }) => stdout === noted,
    );
    expect(await raise(machine, 'monitor')).toMatchObject({ code: 0 });
    expect(await machine.run('ctdb catdb ctdb.tdb')).toContain(noted);
    expect(await machine.run(`ls ${state}`)).toBe('');

    await machine.run(
      `systemd-run --unit capture ip netns exec outside tcpdump -n -U -i p0 -w /srv/notify.pcap host ${client} and udp`,
    );
    await machine.waitUntil('tcpdump listens', 'test -s /srv/notify.pcap', ({ code }) => code === 0);
    await machine.run('ctdb disable');
    await machine.waitUntil(
      'the address has left',
      'ip addr show p0',
      ({ stdout }) => !stdout.includes(`${server}/`),
    );
    await machine.run('ctdb enable');
    await machine.waitUntil('the address is back', 'ip addr show p0', ({ stdout }) =>
      stdout.includes(`${server}/`),
    );

    // findings/smnotify-sends-nothing.sh
    await machine.waitUntil(
      'the helper has done with the client',
      'ctdb catdb ctdb.tdb',
      ({ code, stdout }) => code === 0 && !stdout.includes(noted),
    );
    const packets = await machine.run('tcpdump -n -r /srv/notify.pcap 2>/dev/null');
    const targets = [...packets.matchAll(/ IP (\S+)\.\d+ > (\S+)\.(\d+): UDP/g)]
      .filter(([, from]) => from === server)
      .map(([, , to, port]) => `${to}:${port}`);
    expect(targets.length).toBeGreaterThanOrEqual(4);
    expect(new Set(targets)).toEqual(new Set([`${client}:111`]));
    await machine.run('systemctl stop nfs-client capture');
  });

  test('stop has the callout stop nfsd', async () => {
    const machine = get();
    await machine.run('systemctl stop ctdb');
    expect((await machine.attempt('systemctl is-active nfs-server')).stdout).toBe('inactive');
  });
}

const monitorEvent = eventCommand('monitor');

const stockMonitor = (machine: EmulatedMachine) => runStock(machine, '60.nfs', 'monitor');

/** What an NFS client does that has rpcbind, statd and mounts of its own: it locks a file and keeps the lock. */
const lockAFile = `
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib/nfs
mkdir -p /run/rpcbind /run/sendsigs.omit.d /var/lib/nfs/sm /var/lib/nfs/sm.bak /var/lib/nfs/rpc_pipefs
chown -R statd /var/lib/nfs
echo "[statd]" >/run/nfs.conf
mount --bind /run/nfs.conf /etc/nfs.conf
rpcbind -w
rpc.statd --no-notify
mount -t nfs -o vers=3,proto=tcp ${server}:/srv/share /mnt
exec flock /mnt/lock sh -c "echo yes >/mnt/locked; exec sleep infinity"
`;
