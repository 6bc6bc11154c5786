import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../core/package/package-root.ts';
import type { PingAnswer } from '../../../core/rpc/ping.ts';
import { Namespace } from '../../support/namespace.ts';
import { allVersions, anyVersion, programOf, unbound } from '../../support/rpc/answers.ts';
import { nodeWithServer } from '../../support/rpc/node-with-server.ts';
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

test('an rpcbind or a program without an end is left in its time', async () => {
  const node = await nodeWithServer();
  expect(
    await pingAll(node, 500, [
      ['tcp', programOf(unbound), 3],
      ['udp', programOf(unbound), 3],
      ['tcp', programOf(anyVersion)],
    ]),
  ).toEqual([
    { ok: false, reason: 'rpcinfo: RPC: Timed out' },
    { ok: false, reason: 'rpcinfo: RPC: Timed out' },
    { ok: true },
  ]);
});

test('a program that claims four billion versions is asked for a hundred of them', async () => {
  const node = await nodeWithServer();
  const [answer] = await pingAll(node, 2000, [['tcp', programOf(allVersions)]]);
  expect(
    answer?.ok === false && answer.reason.split('\n').filter((line) => line.endsWith('is not available')),
  ).toHaveLength(100);
});
