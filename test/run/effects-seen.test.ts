import { expect, test } from 'vitest';
import type { Network, ResetOutcome } from '../../core/network/network.ts';
import { EffectsSeen } from '../../core/run/effects-seen.ts';

const address = { iface: 'eth0', ip: '10.0.0.1', maskBits: 24 };
const other = { ...address, ip: '10.0.0.2' };
const takeip = { name: 'takeip', argv: ['eth0', '10.0.0.1', '24'] };
const target = { iface: 'eth0', ip: '10.0.0.1', useSsKill: 'no' } as const;
const connection = { server: '10.0.0.1:445', client: '10.0.0.9:5000' };

/** What a network answers: whether it could, and the results of tries to reset. */
function watched(
  isDone: boolean,
  outcomes: readonly ResetOutcome[] = [],
): { seen: EffectsSeen; network: Network } {
  const seen = new EffectsSeen();
  const network = {
    addAddress: () => Promise.resolve(isDone),
    deleteAddress: () => Promise.resolve(isDone),
    async *resetConnections() {
      await Promise.resolve();
      yield* outcomes;
    },
    resetStragglers: () => Promise.resolve(undefined),
  } as Partial<Network> as Network;
  return { seen, network: seen.watch(network) };
}

test('a takeip that puts its address on has no effect beside what the event says', async () => {
  const { seen, network } = watched(true);
  expect(await network.addAddress(address)).toBe(true);
  expect(seen.of(takeip)).toBeUndefined();
});

test('another address, or another event, is told of', async () => {
  const { seen, network } = watched(true);
  await network.addAddress(other);
  await network.deleteAddress({ ...address, device: 'eth0' });
  expect(seen.of(takeip)?.moved).toEqual(['+10.0.0.2/24 eth0', '-10.0.0.1/24 eth0']);
});

test('what failed has not moved anything', async () => {
  const { seen, network } = watched(false);
  await network.addAddress(other);
  expect(seen.of(takeip)).toBeUndefined();
});

test('each try adds what it has killed, and the last one says what is left', async () => {
  const try1 = { kind: 'counted', killed: 4, total: 6, remaining: [connection, connection] } as const;
  const try2 = { kind: 'counted', killed: 1, total: 2, remaining: [connection] } as const;
  const { seen, network } = watched(true, [try1, { kind: 'failed' }, try2]);
  const outcomes: ResetOutcome[] = [];
  for await (const outcome of network.resetConnections(target)) outcomes.push(outcome);
  expect(outcomes).toHaveLength(3);
  expect(seen.of(takeip)).toEqual({ connectionsKilled: 5, connectionsLeft: 1, changesTold: 0, moved: [] });
});

test('an event whose arguments cannot be read moves nothing that it says', async () => {
  const { seen, network } = watched(true);
  await network.addAddress(address);
  expect(seen.of({ name: 'takeip', argv: ['eth0'] })?.moved).toEqual(['+10.0.0.1/24 eth0']);
});
