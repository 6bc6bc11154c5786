import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { array } from '../../core/codec/array.ts';
import { decode, encode } from '../../core/codec/codec.ts';
import { u32 } from '../../core/codec/numbers.ts';
import { struct } from '../../core/codec/struct.ts';
import { destinations, unknownPnn } from '../../core/ctdbd-client/control-packet.ts';
import { opcodes } from '../../core/ctdbd-client/controls.ts';
import { socketAddress } from '../../core/ctdbd-client/socket-address.ts';
import { tellNextNode, tellNextNodeAgain } from '../../core/ctdbd-client/tell-next-node.ts';
import { tickleList } from '../../core/ctdbd-client/tickle-list.ts';
import { Frames } from '../../core/eventd-protocol/frames.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const ip = '10.98.0.1';
const connections = [
  { server: `${ip}:2049`, client: '10.98.0.77:1000' },
  { server: `${ip}:445`, client: '10.98.0.78:1001' },
];
const signal = new AbortController().signal;

interface Asked {
  readonly opcode: number;
  readonly destination: number;
  readonly argument: Buffer;
}

/** What one ctdbd answers for a cluster: the status and the answer; undefined for none. */
type Answer = (
  asked: Asked,
  told: Buffer | undefined,
) => readonly [status: number, answer?: Buffer] | undefined;

/** A socket that answers like this, and what it was asked, in order. */
async function listen(answer: Answer): Promise<{ socketPath: string; asked: Asked[] }> {
  const socketPath = join(temporaryDirectory(), 'ctdbd.socket');
  const asked: Asked[] = [];
  let told: Buffer | undefined;
  const server = createServer((client) => {
    const frames = new Frames(1024 * 1024);
    client
      .on('error', () => undefined)
      .on('data', (chunk) => {
        for (const packet of frames.take(chunk)) {
          const length = packet.readUInt32LE(56);
          const request = {
            opcode: packet.readUInt32LE(32),
            destination: packet.readUInt32LE(20),
            argument: Buffer.from(packet.subarray(60, 60 + length)),
          };
          asked.push(request);
          if (request.opcode === opcodes.setTcpTickleList) told = request.argument;
          const reply = answer(request, told);
          if (reply !== undefined) client.write(replyTo(packet, ...reply));
        }
      });
  }).listen(socketPath);
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return { socketPath, asked };
}

function replyTo(request: Buffer, status: number, answer: Buffer = Buffer.alloc(0)): Buffer {
  const reply = Buffer.alloc(44 + answer.length);
  request.copy(reply, 0, 0, 32);
  reply.writeUInt32LE(reply.length, 0);
  reply.writeUInt32LE(8, 16);
  reply.writeInt32LE(status, 32);
  reply.writeUInt32LE(answer.length, 36);
  answer.copy(reply, 44);
  return reply;
}

/**
 * A cluster of nodes 0, which has the address, to 3, of which 2 is banned. Nodes 1 and 3 say of the address that it is or will
 * be on these; undefined, if they do not know it.
 */
const cluster =
  (
    said: readonly [by1: number | undefined, by3: number | undefined],
    instead: Answer = () => undefined,
  ): Answer =>
  (asked, told) => {
    const other = instead(asked, told);
    if (other !== undefined) return other;
    switch (asked.opcode) {
      case opcodes.getPublicIpInfo:
        return infoOf(said[asked.destination === 1 ? 0 : 1], asked.argument);
      case opcodes.getPnn:
        return [0];
      case opcodes.getNodeMap:
        return [0, nodeMap];
      case opcodes.getTcpTickleList:
        return [0, told ?? Buffer.concat([asked.argument, Buffer.alloc(4)])];
      default:
        return undefined;
    }
  };

const infoOf = (pnn: number | undefined, address: Buffer): ReturnType<Answer> =>
  pnn === undefined ? [-1] : [0, Buffer.concat([encode(u32, pnn), address, Buffer.alloc(8)])];

const nodeMap = encode(array(struct({ pnn: u32, flags: u32, address: socketAddress }), 4), [
  { pnn: 0, flags: 0, address: { ip: '10.98.0.100', port: 0 } },
  { pnn: 1, flags: 2, address: { ip: '10.98.0.101', port: 0 } },
  { pnn: 2, flags: 8, address: { ip: '10.98.0.102', port: 0 } },
  { pnn: 3, flags: 0, address: { ip: '10.98.0.103', port: 0 } },
]);

async function tell(answer: Answer, given = connections, timeoutMs = 1000) {
  const { socketPath, asked } = await listen(answer);
  const told = await tellNextNode({ socketPath, signal, timeoutMs }, ip, given);
  return { told, asked };
}

test('all nodes are told of each connection, and the one that takes the address says that it knows them', async () => {
  const { told, asked } = await tell(cluster([0, 1]));
  expect(told).toEqual({ isTold: true });
  const list = asked.find(({ opcode }) => opcode === opcodes.setTcpTickleList);
  expect(list?.destination).toBe(0xf000_0004);
  expect(list?.argument.toString('hex')).toBe(
    [
      '020000000a620001'.padEnd(56, '0'),
      '02000000',
      '020003e80a62004d'.padEnd(56, '0'),
      '020008010a620001'.padEnd(56, '0'),
      '020003e90a62004e'.padEnd(56, '0'),
      '020001bd0a620001'.padEnd(56, '0'),
    ].join(''),
  );
});

/** What is added to the list of this node's own ctdbd, by the port of the client, where that knows these. */
async function addedTo(knownHere: typeof connections, given = connections) {
  const tickles = knownHere.map(({ client, server }) => ({ client: endOf(client), server: endOf(server) }));
  const list = encode(tickleList, { address: { ip, port: 0 }, tickles });
  const { told, asked } = await tell(
    cluster([0, 1], ({ opcode, destination }) =>
      opcode === opcodes.getTcpTickleList && destination === destinations.currentNode ? [0, list] : undefined,
    ),
    given,
  );
  const added = asked.filter(({ opcode }) => opcode === opcodes.tcpAdd);
  expect(told).toEqual({ isTold: true });
  expect(added.every(({ destination }) => destination === destinations.currentNode)).toBe(true);
  return added.map(({ argument }) => decode(connection, argument).client.port);
}

const connection = struct({ client: socketAddress, server: socketAddress });

function endOf(text: string) {
  const [host = '', port] = text.split(':');
  return { ip: host, port: Number(port) };
}

test('ctdbd of this node is told of what it does not know: its own list replaces what the others were told', async () => {
  expect(await addedTo([])).toEqual([1000, 1001]);
  expect(await addedTo(connections.slice(1))).toEqual([1000]);
  expect(await addedTo(connections)).toEqual([]);
});

test('of very many connections ctdbd of this node is told of no more than 1000', async () => {
  const many = Array.from({ length: 1200 }, (_, index) => ({
    server: `${ip}:2049`,
    client: `10.98.0.77:${2000 + index}`,
  }));
  expect(await addedTo([], many)).toHaveLength(1000);
});

test('all nodes are told again of the same connections, and are not asked', async () => {
  const { socketPath, asked } = await listen(cluster([0, 1]));
  const talk = { socketPath, signal, timeoutMs: 1000 };
  await tellNextNode(talk, ip, connections);
  const before = asked.splice(0).find(({ opcode }) => opcode === opcodes.setTcpTickleList);
  expect(await tellNextNodeAgain(talk, ip, connections)).toEqual({ isTold: true });
  expect(asked[0]).toEqual(before);
  expect(asked.map(({ opcode }) => opcode)).toEqual([opcodes.setTcpTickleList, opcodes.getPnn]);
});

/** Answers for these nodes that they have no list. */
const without =
  (...nodes: readonly number[]): Answer =>
  ({ opcode, destination, argument }) =>
    opcode === opcodes.getTcpTickleList && nodes.includes(destination)
      ? [0, Buffer.concat([argument, Buffer.alloc(4)])]
      : undefined;

test.each([
  ['the one that another one names', cluster([0, 1], without(3))],
  ['the one that does not know better than that the address is here', cluster([unknownPnn, 0], without(1))],
  ['the only one that knows the address', cluster([undefined, 0], without(1))],
])('of several nodes it is %s', async (_which, answer) => {
  expect((await tell(answer)).told).toEqual({ isTold: true });
});

test('at a shutdown, when no node knows yet who takes the address, every active node has to know them', async () => {
  expect((await tell(cluster([0, 0]))).told).toEqual({ isTold: true });
  for (const node of [1, 3])
    expect((await tell(cluster([0, 0], without(node)))).told).toEqual({
      isTold: false,
      why: `node ${node} did not take the list`,
    });
});

describe('nobody is told', () => {
  const alone: Answer = ({ opcode }) => (opcode === opcodes.getNodeMap ? [0, encode(u32, 0)] : undefined);
  const failing =
    (wanted: number): Answer =>
    ({ opcode }) =>
      opcode === wanted ? [-1] : undefined;

  test.each<readonly [string, Answer, string | undefined]>([
    ['where no node takes the address', cluster([unknownPnn, unknownPnn]), undefined],
    ['where no other node knows the address', cluster([undefined, undefined]), undefined],
    ['where the next node keeps no such list', cluster([0, 1], without(1)), 'node 1 did not take the list'],
    [
      'where the next node refuses',
      cluster([0, 1], failing(opcodes.getTcpTickleList)),
      'node 1 did not take the list',
    ],
    ['where no other node is active', cluster([0, 0], alone), undefined],
    [
      'where ctdbd does not know which nodes there are',
      cluster([0, 0], failing(opcodes.getNodeMap)),
      'ctdbd does not say which nodes there are',
    ],
  ])('%s', async (_where, answer, why) => {
    expect((await tell(answer)).told).toEqual({ isTold: false, ...(why === undefined ? {} : { why }) });
  });

  test('where no ctdbd listens', async () => {
    const talk = { socketPath: join(temporaryDirectory(), 'none'), signal, timeoutMs: 1000 };
    expect(await tellNextNode(talk, ip, connections)).toEqual({ isTold: false });
  });

  test('where ctdbd does not answer in time', async () => {
    const { told } = await tell(() => undefined, connections, 50);
    expect(told).toEqual({ isTold: false, why: 'ctdbd did not answer in 50 ms' });
  });

  test('of a connection that CTDB has no form for', async () => {
    const given = [{ server: '[fe80::1%eth0]:445', client: '[fe80::2%eth0]:1000' }];
    expect((await tell(cluster([0, 1]), given)).told).toEqual({
      isTold: false,
      why: 'CTDB has no form for [fe80::1%eth0]:445 [fe80::2%eth0]:1000',
    });
  });
});
