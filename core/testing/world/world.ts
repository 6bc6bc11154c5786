import { evaluateAssignments, parseAssignments } from '../../ctdb-config/assignments.ts';
import { FakeCommands } from './commands.ts';
import { fakeBase, FakeCtdbd } from './ctdbd.ts';
import { Faults } from './faults.ts';
import { FakeFiles } from './file-system.ts';
import { FakeKernel } from './kernel.ts';
import { FakePorts } from './ports.ts';
import { FakeRpc } from './rpc.ts';
import { FakeServices } from './services.ts';
import { VirtualClock } from './virtual-clock.ts';

/** What a fake world is made from. */
export interface WorldSetting {
  /** A clock that other nodes have too; one of its own by default. */
  readonly clock?: VirtualClock;
  /** The number of the node; 0 by default. */
  readonly pnn?: number;
  /** Which node has which public address, if other nodes are to know it too. */
  readonly hosts?: Map<string, number>;
  /** The interfaces that there are beside lo; eth0 and eth1 by default. */
  readonly links?: readonly string[];
}

/** Everything around the plugins of one node: kernel, services, programs, files, ctdbd and time. No process is started and no file touched. */
export class World {
  readonly clock: VirtualClock;
  readonly faults: Faults;
  readonly kernel: FakeKernel;
  readonly files: FakeFiles;
  readonly commands: FakeCommands;
  readonly services: FakeServices;
  readonly rpc: FakeRpc;
  readonly ports: FakePorts;
  readonly ctdb: FakeCtdbd;

  constructor({
    clock,
    pnn = 0,
    hosts = new Map<string, number>(),
    links = ['eth0', 'eth1'],
  }: WorldSetting = {}) {
    this.clock = clock ?? new VirtualClock();
    this.faults = new Faults(this.clock);
    this.kernel = new FakeKernel(this.clock);
    for (const link of links) this.kernel.link(link);
    this.files = new FakeFiles(this.faults);
    this.commands = new FakeCommands(this.faults, this.clock);
    this.services = new FakeServices(this.faults, this.commands, this.files);
    this.rpc = new FakeRpc(this.faults);
    this.ports = new FakePorts(this.faults);
    this.ctdb = new FakeCtdbd(this.clock, this.faults, this.files, pnn, hosts);
    for (const directory of [fakeBase, fakePaths.scriptVarDir, fakePaths.helperDir])
      this.files.makeDirectory(directory);
    this.files.set('/proc/sys/net/ipv4/conf/all/promote_secondaries', '0\n');
    this.files.set('/etc/os-release', 'ID=debian\n');
  }

  /** The platform by CTDB's name, by the os-release of the node; `unknown` without. */
  get platform(): string {
    const text = this.files.get('/etc/os-release') ?? '';
    const parsed = parseAssignments(text);
    const set = parsed.kind === 'assignments' ? evaluateAssignments(parsed, {}) : undefined;
    const id =
      set instanceof Map ? (set as ReadonlyMap<string, { value: string }>).get('ID')?.value : undefined;
    return id ?? 'unknown';
  }

  /** All that can be compared of the world: what two runs that come to the same leave alike. */
  get snapshot(): WorldSnapshot {
    const { kernel, services, files, ctdb } = this;
    return {
      addresses: kernel.addresses.map(({ iface, ip, maskBits }) => `${ip}/${maskBits} ${iface}`),
      blocked: [...kernel.blocked].filter((ip) => kernel.find(ip).length > 0).sort(),
      connections: kernel.connections().map(({ server, client }) => `${server} ${client}`),
      running: services.running,
      files: Object.fromEntries([...files.all].sort().map(([path, text]) => [path, text ?? '(directory)'])),
      ifaces: Object.fromEntries([...ctdb.ifaces].sort()),
      tickles: [...ctdb.tickles].flatMap(([, lines]) => [...lines]).sort(),
    };
  }
}

/** A world in a form that can be compared. */
export interface WorldSnapshot {
  readonly addresses: readonly string[];
  /** The addresses of this node that are blocked. What is left of a block of another matters to nobody until it comes back. */
  readonly blocked: readonly string[];
  readonly connections: readonly string[];
  /** The services that run. */
  readonly running: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly ifaces: Readonly<Record<string, string>>;
  readonly tickles: readonly string[];
}

/** CTDB's paths on a fake node: those of Debian. */
export const fakePaths = {
  base: fakeBase,
  scriptVarDir: '/var/lib/ctdb/scripts',
  helperDir: '/usr/libexec/ctdb',
  sysEtcDir: '/etc',
  proc: '/proc',
} as const;
