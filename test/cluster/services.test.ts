import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { askCtdbd } from '../../core/ctdbd-client/ask-ctdbd.ts';
import { printedAnswer } from '../../core/ctdbd-client/control-answer.ts';
import { changeOf, questionOf, type Control } from '../../core/ctdbd-client/controls.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { waitUntilConnectionIsKnown } from './greeting.ts';
import { scenarioDirectory, type ClusterNode, type NodePlan } from './node.ts';
import type { Program } from './program.ts';
import { releaseUnderTest } from './releases.ts';
import { exportDirectory, ganeshaPidFile, layOutServices, serviceOptions } from './services.ts';

/** CTDB's own helper, up to 4.20, whatever the scenario has put in its place. */
const statdCallout = '/etc/ctdb/statd-callout';

/** Where smbd listens. */
const smbPort = 445;

/** How the nodes run plugins. Beside each plugin of our daemon stands the script that it replaces, if that is enabled. */
const ways: readonly { readonly way: string; readonly plan: Partial<NodePlan> }[] = [
  { way: 'links', plan: { links: ['10.interface', '50.samba', '60.nfs'] } },
  {
    way: 'our event daemon and all its plugins',
    plan: { plugins: ['00.ctdb', '10.interface', '50.samba', '60.nfs'], eventd: () => 'ours' },
  },
];

describe.each(ways)(
  'a cluster that serves files with Debian’s samba and nfs-ganesha, by $way',
  ({ plan }) => {
    let cluster: Cluster;

    beforeAll(async () => {
      cluster = await startCluster({
        nodes: 2,
        publicAddresses: ['10.98.0.1/24', '10.98.0.2/24'],
        scripts: releaseUnderTest.scripts,
        options: serviceOptions,
        prepareNode: layOutServices,
        ...plan,
      });
      return () => cluster.stop();
    });

    beforeAll(async () => {
      await cluster.waitUntilHealthy();
      await cluster.waitUntilServedBy(cluster.nodes);
    });

    afterEach(async () => {
      for (const node of cluster.nodes) await node.enable();
    });

    test('both plugins are well, and say nothing', async () => {
      for (const node of cluster.nodes) {
        const status = await node.ctdb('event', 'status', 'legacy', 'monitor');
        expect(status).toMatch(/^50\.samba +OK .*\n60\.nfs +OK /m);
        expect(status).not.toContain('OUTPUT');
      }
    });

    test.runIf(releaseUnderTest.statdHelper.endsWith('/statd-callout'))(
      'the database of the older statd helper is there, and the helper keeps its clients in it',
      async () => {
        const node = cluster.node(0);
        const ip = cluster.ipHeldBy(node);
        expect(await node.ctdb('getdbmap')).toMatch(/name:ctdb\.tdb .*PERSISTENT/);
        const tell = (...words: string[]) =>
          node.machine.run('env', 'NFS_HOSTNAME=cluster', statdCallout, ...words);
        await tell('add-client', '10.98.0.254');
        await tell('update');
        const kept = await node.ctdb('pfetch', 'ctdb.tdb', `statd-state@${ip}@10.98.0.254`);
        expect(kept).toMatch(/\d{10}/);
      },
    );

    test('ctdbd itself answers what the ctdb command prints', async () => {
      const node = cluster.node(0);
      const tickle = '10.98.0.254:1000 10.98.0.1:445';
      await node.machine.run('sh', '-c', `echo ${tickle} | ctdb addtickle`);
      for (const words of [['pnn'], ['-X', 'ip'], ['-X', 'ifaces'], ['-X', 'gettickles', '10.98.0.1']]) {
        const printed = await node.ctdb(...words);
        // What stands above the columns is not read by anybody; from 4.22 on a word of it is spelt otherwise.
        expect(rowsOf(await askNode(node, questionOf(words)))).toEqual(rowsOf(`${printed}\n`));
      }
      await node.machine.run('sh', '-c', `echo ${tickle} | ctdb deltickle`);
    });

    test('ctdbd itself is told the state of an interface, as the ctdb command tells it', async () => {
      const node = cluster.node(0);
      const told = async (state: string) => [
        await askNode(node, changeOf(['setifacelink', 'eth0', state])),
        await node.ctdb('-X', 'ifaces'),
      ];
      expect(await told('down')).toEqual(['', expect.stringContaining('|eth0|0|')]);
      expect(await told('up')).toEqual(['', expect.stringContaining('|eth0|1|')]);
      expect(await askNode(node, changeOf(['setifacelink', 'eth7', 'up']))).toBeUndefined();
      await cluster.waitUntilServedBy(cluster.nodes);
    });

    test('disabling a node resets its SMB client, which reconnects to the next node', async () => {
      const before = cluster.holderOf('10.98.0.1');
      const [after] = cluster.nodes.filter((node) => node !== before);
      const client = smbClient(cluster, '10.98.0.1');
      await waitForStory(cluster, client, [`served by ${before.machine.name}`]);
      // Only the server's end is reset: the client's, by what the next node sends.
      await waitUntilConnectionIsKnown(cluster, '10.98.0.1', [after ?? before], smbPort);

      await before.disable();
      await cluster.waitUntilServedBy([after ?? before]);

      await waitForStory(cluster, client, [
        `served by ${before.machine.name}`,
        'lost',
        `served by ${after?.machine.name ?? ''}`,
      ]);
      // The words of smbclient for a reset, and those of 4.25.
      expect(client.lines).toContainEqual(expect.stringMatching(/NT_STATUS_CONNECTION_(RESET|DISCONNECTED)/));
      await client.end();
      await before.enable();
      await cluster.waitUntilServedBy(cluster.nodes);
    });

    test('an NFS client finds the next node behind the address, and that one told its server of the takeover', async () => {
      const before = cluster.holderOf('10.98.0.2');
      const [after = before] = cluster.nodes.filter((node) => node !== before);
      expect(await readOverNfs(cluster, '10.98.0.2')).toBe(`served by ${before.machine.name}`);
      const asked = await scenarioLines(after, 'callout');

      await before.disable();
      await cluster.waitUntilServedBy([after]);

      expect(await readOverNfs(cluster, '10.98.0.2')).toBe(`served by ${after.machine.name}`);
      const since = (await scenarioLines(after, 'callout')).slice(asked.length);
      expect(since.filter((line) => line.startsWith('takeip'))).toEqual(['takeip eth0 10.98.0.2 24']);
      await before.enable();
      await cluster.waitUntilServedBy(cluster.nodes);
    });

    test('a server that died makes the node unhealthy, is restarted by its check file, and the node healthy again', async () => {
      const node = cluster.node(1);
      await node.machine.run('sh', '-c', `kill -9 $(cat ${ganeshaPidFile})`);
      await cluster.waitUntil(
        'node 1 is unhealthy',
        () => cluster.states(),
        (states) => states[1] === 'UNHEALTHY',
      );
      await cluster.waitUntilHealthy();
      expect(await node.log()).toContain('60.nfs: Trying to restart service "nfs"...\n');
      expect(await node.log()).toMatch(/60\.nfs: ERROR: nfs failed RPC check:\n/);
      await cluster.waitUntilServedBy(cluster.nodes);
    });

    test('a smbd that died makes the node unhealthy', async () => {
      const node = cluster.node(0);
      await node.machine.run('service', 'smbd', 'stop');
      await cluster.waitUntil(
        'node 0 is unhealthy',
        () => cluster.states(),
        (states) => states[0] === 'UNHEALTHY',
      );
      expect(await node.log()).toContain('50.samba: samba not listening on TCP port 445\n');
      await node.machine.run('service', 'smbd', 'start');
      await cluster.waitUntilHealthy();
    });
  },
);

const rowsOf = (table = ''): readonly string[] =>
  table.split('\n').filter((line) => !line.includes('Source IP'));

/** Asks the ctdbd of a node without the ctdb command, and answers what that would print. */
async function askNode({ machine }: ClusterNode, control: Control | undefined): Promise<string | undefined> {
  if (control === undefined) throw new Error('There is no such control');
  const socket = machine.outside(releaseUnderTest.ctdbdSocket);
  const answer = await askCtdbd(socket, control, new AbortController().signal);
  return answer && printedAnswer(answer);
}

/** A client that holds a connection to the share, and connects anew when it is lost. */
function smbClient(cluster: Cluster, ip: string): Program {
  const session = `
    mkfifo /run/smb-commands; exec 4<&0 3<>/run/smb-commands
    { cat <&4; kill $$; } &
    while :; do
      echo "get whoami /dev/stdout" >&3
      smbclient //${ip}/data -N -t 5 <&3 2>&1 | cat
      echo lost
      sleep 0.2
    done`;
  return cluster.client.start('sh', '-c', session);
}

/** What became of its connections; each try is one in a row of the same. */
function storyOf({ lines }: Program): readonly string[] {
  const told = lines.flatMap((line) => /served by \S+|^lost$/.exec(line)?.[0] ?? []);
  return told.filter((word, index) => word !== told[index - 1]);
}

async function waitForStory(cluster: Cluster, client: Program, story: readonly string[]): Promise<void> {
  await cluster.waitUntil(
    `the client’s story is ${story.join(', ')}`,
    () => [storyOf(client), client.lines] as const,
    ([told]) => told.join() === story.join(),
  );
}

async function readOverNfs(cluster: Cluster, ip: string): Promise<string> {
  return cluster.waitUntil(
    `${ip} serves NFS`,
    () => cluster.client.run('nfs-cat', `nfs://${ip}${exportDirectory(releaseUnderTest)}/whoami`),
    (text) => text !== '',
  );
}

async function scenarioLines(node: ClusterNode, name: string): Promise<readonly string[]> {
  return (await node.machine.read(`${scenarioDirectory}/${name}`)).split('\n').filter((line) => line !== '');
}
