import { isIP } from 'node:net';
import { array } from '../codec/array.ts';
import { encode } from '../codec/codec.ts';
import { u16, u32 } from '../codec/numbers.ts';
import { struct } from '../codec/struct.ts';
import { ipBytes } from '../network/netlink/ip-bytes.ts';
import type { ControlAnswer } from './control-answer.ts';
import { decodeAnswer, fixedText, type ControlReply } from './control-packet.ts';
import { socketAddress } from './socket-address.ts';
import { tickleList } from './tickle-list.ts';

/** A control that does what a ctdb command does. */
export interface Control {
  readonly opcode: number;
  readonly argument: Buffer;
  /** The answer that the command would give. @throws MalformedPacket; undefined if the control failed. */
  readonly read: (reply: ControlReply) => ControlAnswer | undefined;
}

/** Numbers of ctdb/protocol/protocol.h, the same in CTDB 4.9 to 4.25. */
export const opcodes = {
  getPnn: 35,
  tcpAdd: 45,
  getTcpTickleList: 55,
  setTcpTickleList: 56,
  getPublicIps: 90,
  getNodeMap: 91,
  getPublicIpInfo: 123,
  getIfaces: 124,
  setIfaceLinkState: 125,
} as const;

/** More than a node can have of anything. */
const countMax = 1_000_000;

/** CTDB's space for an interface's name, including its NUL (CTDB_IFACE_SIZE). */
const ifaceBytes = 18;
/** The longest name that CTDB accepts, in bytes. */
const ifaceBytesMax = 16;

const iface = struct({ name: fixedText(ifaceBytes), linkState: u16, references: u32 });
const publicIp = struct({ pnn: u32, address: socketAddress });

const nothing = Buffer.alloc(0);

/** The control for these words of a ctdb command that only asks; undefined if there is none. */
export function questionOf(words: readonly string[]): Control | undefined {
  const [first, second, ip = ''] = words;
  if (first === 'pnn' && words.length === 1)
    return { opcode: opcodes.getPnn, argument: nothing, read: readPnn };
  if (first !== '-X' || words.length > 3) return undefined;
  if (second === 'gettickles' && isIP(ip) !== 0 && !ip.includes('%')) return ticklesOf(ip);
  if (words.length > 2) return undefined;
  if (second === 'ip') return { opcode: opcodes.getPublicIps, argument: nothing, read: readIps };
  if (second === 'ifaces') return { opcode: opcodes.getIfaces, argument: nothing, read: readIfaces };
  return undefined;
}

/** The control for these words of a ctdb command that makes a change; undefined if there is none. */
export function changeOf([first, name = '', state, ...more]: readonly string[]): Control | undefined {
  if (first !== 'setifacelink' || more.length > 0) return undefined;
  const fits = name !== '' && Buffer.byteLength(name) <= ifaceBytesMax;
  if (!fits || (state !== 'up' && state !== 'down')) return undefined;
  return {
    opcode: opcodes.setIfaceLinkState,
    argument: encode(iface, { name, linkState: state === 'up' ? 1 : 0, references: 0 }),
    read: ({ status }) => (status === 0 ? { rows: [] } : undefined),
  };
}

const ticklesOf = (ip: string): Control => ({
  opcode: opcodes.getTcpTickleList,
  argument: encode(socketAddress, { ip, port: 0 }),
  read: readTickles,
});

/** The number is the status itself. */
const readPnn = ({ status }: ControlReply): ControlAnswer | undefined =>
  status < 0 ? undefined : { rows: [[`${status}`]] };

function readIps(reply: ControlReply): ControlAnswer | undefined {
  if (reply.status !== 0) return undefined;
  const ips = decodeAnswer(array(publicIp, countMax), reply).toSorted((a, b) =>
    compareIps(a.address.ip, b.address.ip),
  );
  // For an address without a node, ctdbd gives the highest number, which the command prints as -1.
  return {
    heading: ['Public IP', 'Node'],
    rows: ips.map(({ pnn, address }) => [address.ip, `${pnn | 0}`]),
  };
}

/** Orders IPv4 before IPv6, then by number. ctdbd has the addresses in no order; the command sorts them. */
function compareIps(a: string, b: string): number {
  const [bytes, others] = [ipBytes(a), ipBytes(b)];
  return bytes.length - others.length || bytes.compare(others);
}

function readIfaces(reply: ControlReply): ControlAnswer | undefined {
  if (reply.status !== 0) return undefined;
  const ifaces = decodeAnswer(array(iface, countMax), reply);
  return {
    heading: ['Name', 'LinkStatus', 'References'],
    rows: ifaces.map(({ name, linkState, references }) => [name, `${linkState}`, `${references}`]),
  };
}

function readTickles(reply: ControlReply): ControlAnswer | undefined {
  if (reply.status !== 0) return undefined;
  const { tickles } = decodeAnswer(tickleList, reply);
  return {
    heading: ['Source IP', 'Port', 'Destiation IP', 'Port'],
    rows: tickles.map(({ client, server }) => [client.ip, `${client.port}`, server.ip, `${server.port}`]),
  };
}
