import { expect, test } from 'vitest';
import { NetworkPair } from '../support/network-pair.ts';
import { plant, script, temporaryDirectory } from '../support/temporary-directory.ts';

const target = { iface: 'v0', ip: '10.0.0.1' } as const;

/** A network of commands, with another ss in front of PATH. */
async function withSs(body: string, more: NodeJS.ProcessEnv = {}) {
  const bin = temporaryDirectory({ ss: script(body) });
  const pair = await NetworkPair.make();
  const network = await pair.drive('commands', { PATH: `${bin}:${process.env['PATH'] ?? ''}`, ...more });
  await pair.serve(2049);
  for (const taken of ['10.0.0.1/24', 'fd00::1/64'])
    pair.node.exec('ip', 'addr', 'add', taken, 'dev', 'v0', ...(taken.includes(':') ? ['nodad'] : []));
  return { pair, network };
}

test.each(['no', 'try'] as const)(
  'an ss that exits with 255 and says nothing is said, and connections are read from /proc and reset (ss -K: %s)',
  async (useSsKill) => {
    const { pair, network } = await withSs('exit 255');
    for (const ip of ['10.0.0.1', 'fd00::1']) {
      const client = await pair.connected(ip, 2049);
      const shown = ip.includes(':') ? `[${ip}]:2049` : `${ip}:2049`;
      expect(await network.call('findConnections', ip)).toMatchObject([{ server: shown }]);
      const killed = { kind: 'counted', killed: 1, total: 1, remaining: [] };
      const outcomes = await network.call('resetConnections', { ...target, ip, useSsKill });
      expect(outcomes.at(-1)).toMatchObject(killed);
      expect(network.said).toContain('ss exited with status 255\n');
      await client.says('client ECONNRESET');
    }
  },
);

test('where nobody can tell of connections that is said, and not taken for none', async () => {
  const proc = temporaryDirectory();
  plant(proc, { 'sys/unused': '' });
  const { network } = await withSs('kill -KILL $$', { PROCFS_PATH: proc });
  expect(await network.call('findConnections', '10.0.0.1')).toBeUndefined();
  for (const useSsKill of ['no', 'yes', 'try'] as const) {
    expect(await network.call('resetConnections', { ...target, useSsKill })).toEqual([{ kind: 'failed' }]);
    expect(network.said).toContain('ss was ended by signal 9\n');
  }
});
