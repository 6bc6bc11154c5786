import { fileURLToPath } from 'node:url';
import { startCluster, type Cluster } from '../../cluster/cluster.ts';
import { scenarioDirectory, type ClusterNode, type NodePlan } from '../../cluster/node.ts';
import type { Release } from '../../cluster/release.ts';
import { layOutServices, serviceEnvironment, serviceOptions, smbGlobals } from '../../cluster/services.ts';
import { AddressLog } from './address-log.ts';
import type { Cell } from './cells.ts';
import { Client } from './client.ts';
import { Gate } from './gate.ts';
import { LateFile } from './late-file.ts';
import { PacketCounter } from './packet-counter.ts';
import { makeSharedDisk, mountSharedDisk } from './shared-disk.ts';
import type { Situation } from './situations.ts';
import { fileBytes, lateFile, readFile, servedDirectory, writtenFile } from './served.ts';

const servers = fileURLToPath(new URL('programs/servers.ts', import.meta.url));

/** Longest time that a cluster may take to become healthy, in milliseconds. */
const patienceMs = 120_000;

/** CTDB's default, which monitors less often than the tests do: that costs processor time, which the clients need. */
const monitorSeconds = 15;

/** A cluster of two nodes that serve, its clients, and what is measured with. */
export class Stage implements AsyncDisposable {
  readonly cluster: Cluster;
  readonly clients: readonly Client[];
  readonly log: AddressLog;
  readonly gate: Gate;
  readonly late: LateFile;
  readonly packets: PacketCounter;

  private constructor(parts: Pick<Stage, 'cluster' | 'clients' | 'log' | 'gate' | 'late' | 'packets'>) {
    this.cluster = parts.cluster;
    this.clients = parts.clients;
    this.log = parts.log;
    this.gate = parts.gate;
    this.late = parts.late;
    this.packets = parts.packets;
  }

  /** Starts all of it, and returns when the nodes are healthy and serve. */
  static async start(
    plan: Pick<NodePlan, 'scripts' | 'plugins' | 'links' | 'eventd' | 'prepareNode'>,
    { publicAddresses }: Situation,
    cells: readonly Cell[],
  ): Promise<Stage> {
    const cluster = await startCluster({
      nodes: 2,
      ...plan,
      publicAddresses,
      hasOwnClient: true,
      environment: serviceEnvironment,
      options: serviceOptions,
      prepareNode: async (node) => {
        await prepareNode(node);
        await plan.prepareNode?.(node);
      },
    });
    try {
      const { client } = cluster;
      await mountSharedDisk(client);
      const log = new AddressLog();
      for (const { pnn, machine } of cluster.nodes) {
        log.listen(pnn, machine);
        machine.start(process.execPath, servers);
      }
      const gate = await Gate.make(client);
      const packets = await PacketCounter.start(client);
      const late = new LateFile(client.outside(`${servedDirectory}/${lateFile}`));
      const clients = cells.map((cell) => new Client(client, cell));
      await cluster.waitUntilHealthy(patienceMs);
      for (const node of cluster.nodes) await node.setTunable('MonitorInterval', monitorSeconds);
      return new Stage({ cluster, clients, log, gate, late, packets });
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** Waits until nothing moves: each address is on one node, and all nodes have some, if there are enough. */
  async settle(): Promise<void> {
    const { cluster } = this;
    await cluster.waitUntilHealthy(patienceMs);
    if (cluster.publicIps.length >= cluster.nodes.length)
      await cluster.waitUntilServedBy(cluster.nodes, patienceMs);
    else
      await cluster.waitUntil(
        'each public address is on one node',
        () => Object.values(cluster.addresses()),
        (holders) => holders.every(({ length }) => length === 1),
        patienceMs,
      );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.late[Symbol.dispose]();
    await this.cluster.stop();
  }
}

async function prepareNode(node: ClusterNode): Promise<void> {
  await layOutServices(node);
  if (node.pnn === 0) await makeSharedDisk(node.machine);
  await mountSharedDisk(node.machine);
  if (node.pnn === 0) await node.machine.run('sh', '-ec', makeFiles);
  await node.machine.write(`${scenarioDirectory}/smb.conf`, smbConf);
  await node.machine.write(`${scenarioDirectory}/ganesha.conf`, ganeshaConf(node.release));
  await Gate.install(node);
}

/** What all nodes serve is the same, as on a cluster file system. */
const makeFiles = `
cd ${servedDirectory}
head -c ${fileBytes} /dev/zero >${readFile}
head -c 4096 /dev/zero >${lateFile}
for name in ${['NFSv3', 'NFSv4', 'SMB'].map(writtenFile).join(' ')}; do head -c ${fileBytes} /dev/zero >$name; done
rmdir lost+found
chmod 0777 .
chmod 0666 *
`;

/** A Samba of the cluster's: smbd tells ctdbd of its connections, and ends them when their address leaves. */
const smbConf = `${smbGlobals}  clustering = yes
  netbios name = CLUSTER
[served]
  path = ${servedDirectory}
  read only = no
  guest ok = yes
  force user = root
`;

/** Without a grace period, which NFSv4 clients would wait for as well, and longer, whoever moves the address. */
const ganeshaConf = ({ ganeshaSettings }: Release): string => `
NFS_CORE_PARAM { Protocols = 3, 4; NFS_Port = 2049; MNT_Port = 20048; NLM_Port = 32803; Rquota_Port = 4501; ${ganeshaSettings} }
NFSv4 { RecoveryBackend = fs; Graceless = true; }
EXPORT {
  Export_Id = 1;
  Path = "${servedDirectory}";
  Pseudo = "${servedDirectory}";
  Access_Type = RW;
  SecType = sys;
  Squash = no_root_squash;
  FSAL { Name = VFS; }
}
`;
