import { expect } from 'vitest';
import type { EmulatedMachine } from './emulated-machine.ts';

/** Where `npm install --global` has put the release that is tried. */
const installed = '/usr/local/lib/node_modules/ctdb-hook';

const eventDirectory = '/etc/ctdb/events/legacy';

/** What is set up of CTDB on a machine. */
export interface NodeSetup {
  /** The lines of public_addresses. */
  readonly publicAddresses: readonly string[];
  /** The entries that are enabled, and nothing else; a built-in plugin stands beside the script that it replaces. */
  readonly scripts: readonly string[];
  readonly plugins: readonly string[];
  /** More lines of ctdb.conf. */
  readonly configuration?: string;
  /** Where ctdbd logs, in the words of ctdb.conf; the journal where nothing else is said. */
  readonly logging?: string;
  readonly options?: string;
}

/** Sets CTDB up on a machine, as a cluster of one node; it is not started. */
export async function setUpNode(machine: EmulatedMachine, setup: NodeSetup): Promise<void> {
  const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');
  await machine.write('/etc/ctdb/nodes', '127.0.0.1\n');
  await machine.write('/etc/ctdb/public_addresses', lines(setup.publicAddresses));
  await machine.write('/etc/ctdb/script.options', setup.options ?? '');
  await machine.write(
    '/etc/ctdb/ctdb.conf',
    `[logging]\nlocation = ${setup.logging ?? 'syslog'}\n${setup.configuration ?? ''}`,
  );
  // Monitored when a test asks for it, once the node has started up.
  await machine.write('/etc/ctdb/ctdb.tunables', 'MonitorInterval=3600\nRerecoveryTimeout=1\n');
  await machine.run(`mkdir -p ${eventDirectory} && rm -f ${eventDirectory}/*`);
  for (const name of setup.scripts)
    await machine.run(`ln -s /usr/share/ctdb/events/legacy/${name}.script ${eventDirectory}/`);
  // ctdbd waits ten seconds for its event daemon, and an emulator may need them for what it does for the first time.
  await machine.run(
    'if command -v udevadm; then udevadm settle; fi; if command -v ctdb-hook; then ctdb-hook --version; fi',
  );
  for (const name of setup.plugins)
    await machine.run(`ln -s ${installed}/plugins/${name}/plugin.ts ${eventDirectory}/${name}.ts`);
}

/** Puts a network card p0 into a machine, for good; its cable leads to the network namespace `outside`. */
export async function plugIn(machine: EmulatedMachine): Promise<void> {
  await machine.write('/etc/systemd/system/p0.service', cardUnit);
  await machine.run('systemctl enable --now p0.service');
}

const cardUnit = `[Unit]
Before=ctdb.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -ec 'ip netns add outside; ip link add p0 type veth peer name p0 netns outside; \\
  ip -n outside link set lo up; ip -n outside link set p0 up; ip link set p0 up; \\
  ip -n outside addr add 10.98.0.254/24 dev p0; ip -n outside addr add fd98::fe/64 dev p0 nodad'

[Install]
WantedBy=multi-user.target
`;

/** Has ctdbd start our event daemon from now on, as bin/README.md says. */
export async function switchOn(machine: EmulatedMachine): Promise<void> {
  await machine.run('ctdb-hook switch on');
}

/** Starts ctdb.service, and returns once the node is OK. */
export async function startNode(machine: EmulatedMachine): Promise<void> {
  await machine.run('systemctl start ctdb');
  await waitUntilOk(machine);
}

/** Waits until the node is OK. */
export async function waitUntilOk(machine: EmulatedMachine): Promise<void> {
  await machine.waitUntil('the node is OK', 'ctdb status', ({ stdout }) => /^pnn:0 .* OK /m.test(stdout));
}

/** Waits until the node has put these public addresses (IP/BITS) on an interface, which it does once it is OK. */
export async function waitUntilServed(
  machine: EmulatedMachine,
  iface: string,
  addresses: readonly string[],
): Promise<void> {
  await machine.waitUntil(
    `${iface} has ${addresses.join(', ')}`,
    `ip -o addr show dev ${iface}`,
    ({ stdout }) => addresses.every((address) => stdout.includes(` ${address} `)),
  );
}

/** Raises an event in the event daemon that runs, as ctdbd does, and tells how it ended. */
export const raise = (machine: EmulatedMachine, ...event: readonly string[]) =>
  machine.attempt(eventCommand(...event));

/** The command that raises an event in the event daemon that runs. */
export const eventCommand = (...event: readonly string[]): string =>
  `/usr/libexec/ctdb/ctdb-event run 60 legacy ${event.join(' ')}`;

/** Expects that the event daemon that runs is ours: CTDB's own does much of the same. */
export async function expectOurs(machine: EmulatedMachine): Promise<void> {
  expect((await machine.attempt('ctdb-hook list')).stdout).toMatch(/^Event daemon: ctdb-hook /);
}

/** Has CTDB's own script of the installed release do an event, beside the event daemon, and tells how it ended. */
export const runStock = (machine: EmulatedMachine, script: string, event: string) =>
  machine.attempt(`CTDB_BASE=/etc/ctdb /usr/share/ctdb/events/legacy/${script}.script ${event}`);

/** What an entry said in the latest event of this name, by the event daemon's own word. */
export async function outputOf(machine: EmulatedMachine, event: string): Promise<string> {
  const { stdout } = await machine.attempt(`/usr/libexec/ctdb/ctdb-event status legacy ${event}`);
  const said = /OUTPUT:(.*)$/s.exec(stdout)?.[1] ?? '';
  // 4.25's client has several lines below that word, and indents them.
  return said.replaceAll(/^ {4}/gm, '').trim();
}

/** The public addresses (IP/BITS) that its kernel has on an interface. */
export async function addressesOn(machine: EmulatedMachine, iface: string): Promise<readonly string[]> {
  const output = await machine.run(`ip -o addr show dev ${iface}`);
  const all = [...output.matchAll(/inet6? (\S+)/g)].map(([, address]) => address ?? '');
  return all.filter((address) => /^(?:10\.98\.|fd98:)/.test(address)).sort();
}

/** The command lines of the processes of ctdb.service and of all that has to do with us. */
export const processesOf = (machine: EmulatedMachine): Promise<string> =>
  machine.run(`pgrep -af 'ctdb(d|_|-eventd|-hook/)' | grep -v ctdb-hook-agent || true`);
