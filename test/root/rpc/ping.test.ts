import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../core/package-root.ts';
import type { PingAnswer } from '../../../core/rpc/ping.ts';
import { Namespace } from '../../support/namespace.ts';
import { startRpcbind } from '../../support/rpcbind.ts';

const support = join(packageRoot, 'test/support/rpc');

/** One call, as rpcinfo takes it: transport, program, and perhaps a version. */
type Call = readonly [transport: string, program: number, version?: number];

const hostOf = (transport: string): string => (transport.endsWith('6') ? '::1' : '127.0.0.1');

/** What we answer to each of the calls. */
async function pingAll(
  node: Namespace,
  callMs: number,
  calls: readonly Call[],
): Promise<readonly PingAnswer[]> {
  const targets = calls.map(([transport, ...rest]) => [transport, hostOf(transport), ...rest].join(','));
  const pinger = node.spawn([process.execPath, join(support, 'ping.ts'), String(callMs), ...targets]);
  if ((await pinger.exited) !== 0) throw new Error(pinger.output);
  return JSON.parse(pinger.output) as readonly PingAnswer[];
}

/** What rpcinfo of the package rpcbind answers to each. */
async function rpcinfoAll(node: Namespace, calls: readonly Call[]): Promise<readonly PingAnswer[]> {
  return Promise.all(
    calls.map(async ([transport, ...rest]) => {
      const words = ['-T', transport, hostOf(transport), ...rest.map(String)];
      const rpcinfo = node.spawn(['sh', '-c', 'exec rpcinfo "$@" 2>&1', 'sh', ...words]);
      const status = await rpcinfo.exited;
      return status === 0 ? { ok: true } : { ok: false, reason: rpcinfo.output.trimEnd() };
    }),
  );
}

/** Makes sure that both answer alike, call by call. */
async function expectLikeRpcinfo(node: Namespace, calls: readonly Call[]): Promise<readonly PingAnswer[]> {
  const [ours, theirs] = await Promise.all([pingAll(node, 10_000, calls), rpcinfoAll(node, calls)]);
  const beside = (answers: readonly PingAnswer[]) =>
    calls.map((call, index) => [call.join(' '), answers[index]]);
  expect(beside(ours)).toEqual(beside(theirs));
  return ours;
}

async function nodeWithLiar(): Promise<Namespace> {
  const node = await Namespace.make();
  const liar = node.spawn([process.execPath, join(support, 'lying-server.ts')]);
  for (const place of ['tcp', 'udp4', 'udp6'])
    for (const port of [111, 3000]) await liar.says(`${place} ${port}\n`);
  return node;
}

const everyWay = (...call: readonly [program: number, version?: number]): readonly Call[] =>
  ['tcp', 'udp', 'tcp6', 'udp6'].map((transport) => [transport, ...call]);

test('without rpcbind the answer is that of rpcinfo, refused', async () => {
  const node = await Namespace.make();
  const answers = await expectLikeRpcinfo(node, [
    ['tcp', 100003, 3],
    ['udp', 100003, 3],
    ['tcp6', 100003],
  ]);
  expect(answers[0]).toEqual({
    ok: false,
    reason: 'rpcinfo: RPC: Remote system error - Connection refused',
  });
});

test('of udp6 without rpcbind it is known at once that nobody is there, where rpcinfo waits a minute', async () => {
  const node = await Namespace.make();
  expect(await pingAll(node, 10_000, [['udp6', 100003, 3]])).toEqual([
    { ok: false, reason: 'rpcinfo: RPC: Unable to receive' },
  ]);
});

test('a real rpcbind answers itself, and that a program is not registered, as it does to rpcinfo', async () => {
  const node = await Namespace.make();
  await startRpcbind(node);
  const answers = await expectLikeRpcinfo(node, [
    ...everyWay(100000),
    ...everyWay(100000, 2),
    ...everyWay(100000, 7),
    ...everyWay(100003, 3),
    ...everyWay(100003),
  ]);
  const said = (from: number) => answers.slice(from, from + 4);
  expect(said(0)).toEqual(Array(4).fill({ ok: true }));
  expect(said(4)).toEqual(Array(4).fill({ ok: true }));
  const mismatch =
    'rpcinfo: RPC: Program/version mismatch; low version = 2, high version = 4\n' +
    'program 100000 version 7 is not available';
  expect(said(8)).toEqual(Array(4).fill({ ok: false, reason: mismatch }));
  expect(said(12)).toEqual(Array(4).fill({ ok: false, reason: 'rpcinfo: RPC: Program not registered' }));
});

test.each([
  ['versions that there are and are not', [300001, 300013]],
  ['a program that refuses', [300004, 300005, 300006, 300007, 300008, 300009]],
  ['a program that is registered and not there', [300010]],
  ['an old portmap, which knows version 2 only', [300017]],
  ['an rpcbind that fails', [300022]],
])('like rpcinfo: %s', async (_title, programs) => {
  const node = await nodeWithLiar();
  await expectLikeRpcinfo(
    node,
    programs.flatMap((program): Call[] => [
      ['tcp', program, 3],
      ['udp', program, 3],
      ['tcp6', program, 5],
      ['tcp', program],
    ]),
  );
});

test('a program that hangs or hangs up is told as rpcinfo tells it', async () => {
  const node = await nodeWithLiar();
  const answers = await expectLikeRpcinfo(node, [
    ['tcp', 300002, 3],
    ['udp', 300002, 3],
    ['udp6', 300002],
    ['tcp', 300003, 3],
    ['tcp6', 300003],
  ]);
  expect(answers[0]).toEqual({
    ok: false,
    reason: 'rpcinfo: RPC: Timed out\nprogram 300002 version 3 is not available',
  });
});

test('a reply in fragments is put together, and one to somebody else is not taken for it', async () => {
  const node = await nodeWithLiar();
  const calls: Call[] = [
    ['tcp', 300018, 3],
    ['tcp', 300012, 3],
    ['udp6', 300012, 3],
  ];
  expect(await pingAll(node, 10_000, calls)).toEqual(calls.map(() => ({ ok: true })));
});

test('replies that are none end in an answer all the same, within their time', async () => {
  const node = await nodeWithLiar();
  const answers = await pingAll(node, 500, [
    ['tcp', 300014, 3],
    ['udp', 300014, 3],
    ['tcp', 300015],
    ['tcp', 300020, 3],
    ['udp', 300020, 3],
    ['tcp', 300021, 3],
  ]);
  const undecodable = "rpcinfo: RPC: Can't decode result\nprogram 300014 version 3 is not available";
  expect(answers).toEqual([
    { ok: false, reason: undecodable },
    { ok: false, reason: undecodable },
    { ok: true },
    { ok: false, reason: 'rpcinfo: RPC: Timed out' },
    { ok: false, reason: 'rpcinfo: RPC: Timed out' },
    { ok: false, reason: "rpcinfo: RPC: Can't decode result" },
  ]);
});

test('a program that claims four billion versions is asked for a hundred of them', async () => {
  const node = await nodeWithLiar();
  const [answer] = await pingAll(node, 2000, [['tcp', 300016]]);
  expect(
    answer?.ok === false && answer.reason.split('\n').filter((line) => line.endsWith('is not available')),
  ).toHaveLength(100);
});
