import { isIP } from 'node:net';
import { array } from '../codec/array.ts';
import { decode, encode } from '../codec/codec.ts';
import { restOfBytes } from '../codec/bytes.ts';
import { u32 } from '../codec/numbers.ts';
import { struct } from '../codec/struct.ts';
import type { Connection, NextNodeTold } from '../network/network.ts';
import { destinations, unknownPnn, type ControlReply } from './control-packet.ts';
import { opcodes } from './controls.ts';
import { socketAddress, type SocketAddress } from './socket-address.ts';
import { talkToCtdbd, type CtdbdConnection, type Talk } from './talk-to-ctdbd.ts';
import { tickleList } from './tickle-list.ts';

/** Most connections of which the next node is told. ctdbd tickles one after another, thrice. */
const connectionsMax = 100_000;

/**
 * Makes the connections to an address known to all nodes, before it is released here. The node that takes the address next
 * tickles these connections: ctdbd sends each client a packet to which the client answers, and the answer to that is a
 * reset, from a node that can serve it. The list that nodes exchange by themselves is up to half a minute old.
 *
 * Answers once the node that is to take the address has said that it has the list.
 */
export async function tellNextNode(
  talk: Talk,
  ip: string,
  connections: readonly Connection[],
): Promise<NextNodeTold> {
  if (connections.length > connectionsMax)
    return notTold(`${connections.length} connections are more than ${connectionsMax}`);
  const tickles = connections.map(tickleOf);
  const unreadable = connections.find((_connection, index) => tickles[index] === undefined);
  if (unreadable !== undefined)
    return notTold(`CTDB has no form for ${unreadable.server} ${unreadable.client}`);
  const list = encode(tickleList, {
    address: { ip, port: 0 },
    tickles: tickles.filter((tickle) => tickle !== undefined),
  });
  const end = await talkToCtdbd(talk, (ctdbd) => tell(ctdbd, ip, list));
  if (end.ended === 'nobody') return { isTold: false };
  return end.ended === 'as-meant' ? end.result : notTold(end.why);
}

async function tell(ctdbd: CtdbdConnection, ip: string, list: Buffer): Promise<NextNodeTold> {
  const address = encode(socketAddress, { ip, port: 0 });
  const { currentNode, connectedNodes } = destinations;
  const [info, pnn] = await Promise.all([
    ctdbd.ask({ opcode: opcodes.getPublicIpInfo, argument: address, destination: currentNode }),
    ctdbd.ask({ opcode: opcodes.getPnn, argument: Buffer.alloc(0) }),
  ]);
  if (info.status !== 0) return notTold(`ctdbd does not say which node takes ${ip}`);
  const owner = decode(publicIpInfo, info.answer).pnn;
  if (owner === unknownPnn) return { isTold: false };
  // When this node shuts down or is banned, ctdbd does not know yet which node it will be.
  const nodes = owner === pnn.status ? await findOthers(ctdbd, owner) : [owner];
  if (nodes === undefined) return notTold('ctdbd does not say which nodes there are');
  if (nodes.length === 0) return { isTold: false };
  ctdbd.tell({ opcode: opcodes.setTcpTickleList, argument: list, destination: connectedNodes });
  const replies = nodes.map((node) =>
    ctdbd.ask({ opcode: opcodes.getTcpTickleList, argument: address, destination: node }),
  );
  const known = await Promise.all(replies);
  const without = nodes.filter((_node, index) => !hasAll(known[index], list));
  return without.length === 0
    ? { isTold: true }
    : notTold(`node ${without.join(', ')} did not take the list`);
}

/** `struct ctdb_public_ip_info`: first the node that has the address, or is to have it. */
const publicIpInfo = struct({ pnn: u32, _rest: restOfBytes });

const nodeMap = array(struct({ pnn: u32, flags: u32, address: socketAddress }), 10_000);

/** The flags of a node that can take no address: NODE_FLAGS_DISCONNECTED, _BANNED, _DELETED and _STOPPED. */
const inactive = 0x01 | 0x08 | 0x10 | 0x20;

/** The other nodes that can take an address; undefined if ctdbd does not say. */
async function findOthers(ctdbd: CtdbdConnection, own: number): Promise<number[] | undefined> {
  const { status, answer } = await ctdbd.ask({ opcode: opcodes.getNodeMap, argument: Buffer.alloc(0) });
  if (status !== 0) return undefined;
  return decode(nodeMap, answer).flatMap(({ pnn, flags }) =>
    pnn === own || (flags & inactive) !== 0 ? [] : [pnn],
  );
}

/** Whether a node has all these connections. As a rule it has the very list; another program may have added to it. */
function hasAll(reply: ControlReply | undefined, list: Buffer): boolean {
  if (reply?.status !== 0) return false;
  const start = socketAddress.size({ ip: '', port: 0 });
  if (reply.answer.subarray(start).equals(list.subarray(start))) return true;
  const known = new Set(decode(tickleList, reply.answer).tickles.map(textOf));
  return decode(tickleList, list).tickles.every((tickle) => known.has(textOf(tickle)));
}

interface Tickle {
  readonly client: SocketAddress;
  readonly server: SocketAddress;
}

const textOf = ({ client, server }: Tickle): string =>
  [client.ip, client.port, server.ip, server.port].join(' ');

function tickleOf({ client, server }: Connection): Tickle | undefined {
  const [from, to] = [endOf(client), endOf(server)];
  return from && to && { client: from, server: to };
}

/** `10.0.0.1:445` or `[fd00::1]:445`. */
function endOf(text: string): SocketAddress | undefined {
  const [, bracketed, bare, port] = /^(?:\[(.*)\]|([^[]*)):(\d+)$/.exec(text) ?? [];
  const ip = bracketed ?? bare ?? '';
  return isIP(ip) === 0 || ip.includes('%') ? undefined : { ip, port: Number(port) };
}

const notTold = (why: string): NextNodeTold => ({ isTold: false, why });
