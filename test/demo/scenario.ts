import { ifaces, kept, moved, port, released } from './addresses.ts';
import type { PublicAddress } from '../../core/try/public-address.ts';
import type { Checks } from './checks.ts';
import type { ClientMachine } from '../../core/try/client-machine.ts';
import type { Conversation } from '../../core/try/conversation.ts';
import { DeferredWork } from './deferred-work.ts';
import { countConnections, isBlocked } from '../../core/try/kernel.ts';
import { DemoNode } from './node.ts';
import { note } from '../../core/try/show-run.ts';

const [eth1, eth2] = ifaces;

/** The story: a node from init to shutdown, with clients connected meanwhile. All that is shown is looked at. */
export async function playScenario(machine: ClientMachine, checks: Checks): Promise<void> {
  const node = new DemoNode(checks);
  const deferred = new DeferredWork(node, checks);
  for (const event of ['init', 'setup', 'startup', 'monitor']) await node.raise([event]);

  await takeAddresses(node, deferred, checks);
  const clients = await connectClients(machine, node, checks);
  await releaseAddress(clients, node, checks);
  await moveAddress(clients, node, checks);
  await actOnChanges(node, deferred, checks);

  await node.raise(['recovered']);
  await deferred.check(0);
  await node.raise(['shutdown'], []);
  checks.equal('the journal of the legacy script', node.journal, node.raised);
}

/** Three addresses come, and what waits for ipreallocated is done once for all three. */
async function takeAddresses(node: DemoNode, deferred: DeferredWork, checks: Checks): Promise<void> {
  const hosted: string[] = [];
  for (const address of [released, moved, kept]) {
    hosted.push(on(eth1, address));
    await node.raise(['takeip', eth1, address.ip, address.maskBits], hosted);
  }
  note('IPv6', 'an address is usable once the kernel knows that nobody else on the link has it');
  await deferred.check(0);
  await node.raise(['ipreallocated']);
  await deferred.check(1);
  checks.equal('announced once', node.announcements, [`+${released.ip} +${moved.ip} +${kept.ip}`]);
}

interface Clients {
  readonly toReleased: Conversation;
  readonly toOthers: readonly Conversation[];
}

/** A client connects to each address, and monitor tells CTDB of the connections. */
async function connectClients(machine: ClientMachine, node: DemoNode, checks: Checks): Promise<Clients> {
  const [toReleased, ...toOthers] = await Promise.all([
    machine.connect(released.ip, port),
    machine.connect(moved.ip, port),
    machine.connect(kept.ip, port),
  ]);
  const addresses = [released, moved, kept].map(({ ip }) => ip);
  note('clients', `connected to ${addresses.join(', ')}, TCP port ${port}, and answered`);
  await node.raise(['monitor']);
  const told = node.calls('addtickle: ');
  checks.equal('connections that ctdb is told of', told.length, addresses.length);
  note('ctdb told', `addtickle, ${told.length} connections`);
  return { toReleased, toOthers };
}

/** An address goes: its connection is reset, the others are not, and nothing stays blocked. */
async function releaseAddress(
  { toReleased, toOthers }: Clients,
  node: DemoNode,
  checks: Checks,
): Promise<void> {
  const before = await countConnections(released.ip, port);
  checks.equal(`connections before the release of ${released.ip}`, before, 1);
  await node.raise(['releaseip', eth1, released.ip, released.maskBits], [on(eth1, moved), on(eth1, kept)]);
  const after = await countConnections(released.ip, port);
  checks.equal(`connections after the release of ${released.ip}`, after, 0);
  note('killed', `${before - after} of ${before} connections to ${released.ip}, says the kernel`);
  const ending = await toReleased.ending();
  checks.equal(`the end of the client's connection to ${released.ip} (${resetHint})`, ending, 'ECONNRESET');
  note('client', `connected to ${released.ip}: ${ending}`);
  await checkAnswered(toOthers, checks);
  checks.equal(`${released.ip} is still blocked`, await isBlocked(released.ip), false);
}

const resetHint = 'to destroy sockets needs a kernel with CONFIG_INET_DIAG_DESTROY';

/** An address moves to another interface under its client, who does not notice. */
async function moveAddress({ toOthers }: Clients, node: DemoNode, checks: Checks): Promise<void> {
  await node.raise(['updateip', eth1, eth2, moved.ip, moved.maskBits], [on(eth2, moved), on(eth1, kept)]);
  const announced = node.calls(`ctdb gratarp ${moved.ip} ${eth2}`).length;
  checks.equal(`ctdb gratarp for ${moved.ip} on ${eth2}`, announced, 1);
  note('ctdb told', `gratarp ${moved.ip} ${eth2}`);
  await checkAnswered(toOthers, checks);
  checks.equal(`${moved.ip} is still blocked`, await isBlocked(moved.ip), false);
}

/** What the release and the move left to do is done once, for both. */
async function actOnChanges(node: DemoNode, deferred: DeferredWork, checks: Checks): Promise<void> {
  await deferred.check(0);
  await node.raise(['ipreallocated']);
  await deferred.check(1);
  checks.equal('announced after the move', node.announcements.slice(1), [
    `${moved.ip}>${eth2} -${released.ip}`,
  ]);
}

async function checkAnswered(clients: readonly Conversation[], checks: Checks): Promise<void> {
  for (const client of clients) {
    const answers = await client.answers();
    checks.equal(`the client connected to ${client.ip} is answered`, answers, true);
    if (answers) note('client', `connected to ${client.ip}: still is, and is answered`);
  }
}

/** An address as the kernel shows it. */
const on = (iface: string, { ip, maskBits }: PublicAddress): string => `${iface} ${ip}/${maskBits}`;
