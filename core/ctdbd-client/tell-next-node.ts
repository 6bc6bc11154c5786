import { isIP } from 'node:net';
import { array } from '../codec/array.ts';
import { decode, encode } from '../codec/codec.ts';
import { restOfBytes } from '../codec/bytes.ts';
import { u32 } from '../codec/numbers.ts';
import { struct } from '../codec/struct.ts';
import type { Connection, NextNodeTold } from '../network/network.ts';
import { destinations, type ControlReply } from './control-packet.ts';
import { opcodes } from './controls.ts';
import { socketAddress, type SocketAddress } from './socket-address.ts';
import { talkToCtdbd, type CtdbdConnection, type Talk, type TalkEnd } from './talk-to-ctdbd.ts';
import { tickleList } from './tickle-list.ts';

/** Most connections of which the next node is told. ctdbd tickles one after another, thrice. */
const connectionsMax = 100_000;

/** Most connections that are added to the list of this node's own ctdbd: each takes a control. Of the others it has heard. */
const addedMax = 1000;

/** The sizes in a tickle list: of its address, of the count after it, and of each connection then. */
const addressBytes = socketAddress.size({ ip: '', port: 0 });
const countBytes = 4;
const tickleBytes = 2 * addressBytes;

/**
 * Makes the connections to an address known to all nodes, before it is released here. The node that takes the address next
 * tickles these connections: ctdbd sends each client a packet to which the client answers, and the answer to that is a
 * reset, from a node that can serve it. The list that nodes exchange by themselves is up to half a minute old.
 *
 * ctdbd of this node has to know them as well. Until the release is over it goes on sending its own list to the others
 * (TickleUpdateInterval), which replaces what they were told: smbd that has lost its connection is enough for that.
 *
 * Answers once the node that is to take the address has said that it has the list. If no node is, nobody is told.
 */
export async function tellNextNode(
  talk: Talk,
  ip: string,
  connections: readonly Connection[],
): Promise<NextNodeTold> {
  if (connections.length > connectionsMax)
    return notTold(`${connections.length} connections are more than ${connectionsMax}`);
  const list = listOf(ip, connections);
  if (!Buffer.isBuffer(list)) return notTold(`CTDB has no form for ${list.server} ${list.client}`);
  return told(await talkToCtdbd(talk, (ctdbd) => tell(ctdbd, ip, list)));
}

/**
 * Sends all nodes the connections once more, and does not ask what they know. They are those that the next node was told of: what
 * is sent is not made anew.
 */
export async function tellNextNodeAgain(
  talk: Talk,
  ip: string,
  connections: readonly Connection[],
): Promise<NextNodeTold> {
  const list = listOf(ip, connections);
  if (!Buffer.isBuffer(list)) return notTold(`CTDB has no form for ${list.server} ${list.client}`);
  return told(
    await talkToCtdbd(talk, async (ctdbd) => {
      sendList(ctdbd, list);
      // ctdbd answers one after another: it has the list then.
      await ctdbd.ask({ opcode: opcodes.getPnn, argument: Buffer.alloc(0) });
      return { isTold: true };
    }),
  );
}

function told(end: TalkEnd<NextNodeTold>): NextNodeTold {
  if (end.ended === 'nobody') return { isTold: false };
  return end.ended === 'as-meant' ? end.result : notTold(end.why);
}

const lists = new WeakMap<readonly Connection[], Buffer>();

/** The list of these connections, or the first that CTDB has no form for. */
function listOf(ip: string, connections: readonly Connection[]): Buffer | Connection {
  const known = lists.get(connections);
  if (known !== undefined) return known;
  const tickles = connections.map(tickleOf);
  const unreadable = connections.find((_connection, index) => tickles[index] === undefined);
  if (unreadable !== undefined) return unreadable;
  const list = encode(tickleList, {
    address: { ip, port: 0 },
    tickles: tickles.filter((tickle) => tickle !== undefined),
  });
  lists.set(connections, list);
  return list;
}

function sendList(ctdbd: CtdbdConnection, argument: Buffer): void {
  ctdbd.tell({ opcode: opcodes.setTcpTickleList, argument, destination: destinations.connectedNodes });
}

async function tell(ctdbd: CtdbdConnection, ip: string, list: Buffer): Promise<NextNodeTold> {
  const address = encode(socketAddress, { ip, port: 0 });
  const [own, map, ownList] = await Promise.all([
    ctdbd.ask({ opcode: opcodes.getPnn, argument: Buffer.alloc(0) }),
    ctdbd.ask({ opcode: opcodes.getNodeMap, argument: Buffer.alloc(0) }),
    ctdbd.ask({ opcode: opcodes.getTcpTickleList, argument: address }),
  ]);
  const nodes = othersIn(map, own.status);
  if (nodes === undefined) return notTold('ctdbd does not say which nodes there are');
  if (nodes.length === 0) return { isTold: false };
  for (const argument of unknownIn(ownList, list).slice(0, addedMax))
    ctdbd.tell({ opcode: opcodes.tcpAdd, argument });
  sendList(ctdbd, list);
  const others = await Promise.all(nodes.map((node) => askNode(ctdbd, node, address)));
  const takers = findTakers(others, own.status);
  if (takers.length === 0) return { isTold: false };
  const without = takers.flatMap(({ node, known }) => (hasAll(known, list) ? [] : [node]));
  return without.length === 0
    ? { isTold: true }
    : notTold(`node ${without.join(', ')} did not take the list`);
}

/** What another node knows of the address. */
interface OtherNode {
  readonly node: number;
  /** The node that it takes for the next one, or for the one that has the address. Undefined if it does not know the address. */
  readonly next: number | undefined;
  readonly known: ControlReply;
}

async function askNode(ctdbd: CtdbdConnection, node: number, argument: Buffer): Promise<OtherNode> {
  const [info, known] = await Promise.all([
    ctdbd.ask({ opcode: opcodes.getPublicIpInfo, argument, destination: node }),
    ctdbd.ask({ opcode: opcodes.getTcpTickleList, argument, destination: node }),
  ]);
  return { node, next: info.status === 0 ? decode(publicIpInfo, info.answer).pnn : undefined, known };
}

/**
 * The nodes of which one takes the address; none, if no node does. At a takeover run ctdbd notes on each node where the address
 * goes. Two nodes go on saying that this node has it: this one, and the one that takes it. If this node shuts down or is
 * banned, they all do.
 */
function findTakers(others: readonly OtherNode[], own: number): readonly OtherNode[] {
  const named = others.filter(({ node }) => others.some(({ next }) => next === node));
  return named.length > 0 ? named : others.filter(({ next }) => next === own);
}

/** `struct ctdb_public_ip_info`: first the node that has the address, or is to have it; `unknownPnn` if none is. */
const publicIpInfo = struct({ pnn: u32, _rest: restOfBytes });

const nodeMap = array(struct({ pnn: u32, flags: u32, address: socketAddress }), 10_000);

/** The flags of a node that can take no address: NODE_FLAGS_DISCONNECTED, _BANNED, _DELETED and _STOPPED. */
const inactive = 0x01 | 0x08 | 0x10 | 0x20;

/** The other nodes that can take an address; undefined if ctdbd does not say. */
function othersIn({ status, answer }: ControlReply, own: number): number[] | undefined {
  if (status !== 0) return undefined;
  return decode(nodeMap, answer).flatMap(({ pnn, flags }) =>
    pnn === own || (flags & inactive) !== 0 ? [] : [pnn],
  );
}

/**
 * Those of these connections that are not in an answer; all, if it is none. What differs by nothing but padding counts as unknown:
 * ctdbd passes over what it has.
 */
function unknownIn(reply: ControlReply, list: Buffer): readonly Buffer[] {
  const known = new Set(reply.status === 0 ? ticklesIn(reply.answer).map(bytesOf) : []);
  return ticklesIn(list).filter((each) => !known.has(bytesOf(each)));
}

/** The connections in a list (ctdb_connection), as bytes: to read thousands takes longer than the address may. */
function ticklesIn(list: Buffer): readonly Buffer[] {
  const tickles: Buffer[] = [];
  for (let at = addressBytes + countBytes; at + tickleBytes <= list.length; at += tickleBytes)
    tickles.push(list.subarray(at, at + tickleBytes));
  return tickles;
}

const bytesOf = (tickle: Buffer): string => tickle.toString('latin1');

/** Whether a node has all these connections. As a rule it has the very list; another program may have added to it. */
function hasAll(reply: ControlReply, list: Buffer): boolean {
  if (reply.status !== 0) return false;
  if (reply.answer.subarray(addressBytes).equals(list.subarray(addressBytes))) return true;
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
