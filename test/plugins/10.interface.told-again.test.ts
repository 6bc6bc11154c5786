import type { Connection, PublicAddress, ResetTarget } from 'ctdb-hook';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { InterfaceContext } from '../../plugins/10.interface/options.ts';
import { releaseip } from '../../plugins/10.interface/releaseip.ts';
import { takeip } from '../../plugins/10.interface/takeip.ts';

const ip = '10.98.0.1';
const address = { iface: 'eth0', ip, maskBits: 24 } as unknown as PublicAddress;
const nfs = { server: `${ip}:2049`, client: '10.98.0.77:1000' };
const smb = { server: `${ip}:445`, client: '10.98.0.77:1001' };

const tell = (_ip: string, _connections: readonly Connection[]) => Promise.resolve({ isTold: true });
const tellNextNode = vi.fn(tell);
const tellNextNodeAgain = vi.fn(tell);

/** A node whose address has these connections, and on which it cannot be put. */
const contextWith = (connections: readonly Connection[], isFrom421 = true): InterfaceContext =>
  ({
    ctdb: { tellNextNode, tellNextNodeAgain },
    log: () => undefined,
    options: { CTDB_KILLTCP_USE_SS_KILL: 'no' },
    replaced: { says: () => false, saysSince: (text: string) => isFrom421 && text.includes('my-public-ip') },
    edit: { makeDirectory: () => Promise.resolve(), update: () => Promise.resolve() },
    paths: { scriptVarDir: '/run' },
    network: {
      findAddress: () => Promise.resolve(address),
      block: () => Promise.resolve(true),
      unblock: () => Promise.resolve(),
      flushRoutes: () => Promise.resolve(),
      deleteAddress: () => Promise.resolve(true),
      destroyStale: () => Promise.reject(new Error('it does not go on')),
      resetStragglers: () => Promise.resolve(undefined),
      async *resetConnections({ willBeTickled }: ResetTarget) {
        await willBeTickled?.(connections);
        yield* [];
      },
    },
  }) as unknown as InterfaceContext;

beforeEach(() => {
  vi.useFakeTimers();
  tellNextNodeAgain.mockClear();
  onTestFinished(() => {
    vi.useRealTimers();
  });
});

test('the next node is told again of the connections of an address with some of SMB, which smbd has taken off the lists', async () => {
  await releaseip(address, contextWith([nfs, smb]));
  expect(tellNextNodeAgain).not.toHaveBeenCalled();
  vi.advanceTimersByTime(15);
  expect(tellNextNodeAgain).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(60_000);
  expect(tellNextNodeAgain.mock.calls).toEqual(Array.from({ length: 10 }, () => [ip, [nfs, smb]]));
});

test('it is not told again of connections that are no client’s of smbd, nor of those that it was not told of', async () => {
  await releaseip(address, contextWith([nfs]));
  tellNextNode.mockResolvedValueOnce({ isTold: false });
  await releaseip(address, contextWith([smb]));
  vi.advanceTimersByTime(60_000);
  expect(tellNextNodeAgain).not.toHaveBeenCalled();
});

test('it is not told again up to CTDB 4.20, where that would have it forget clients that have come meanwhile', async () => {
  await releaseip(address, contextWith([nfs, smb], false));
  vi.advanceTimersByTime(60_000);
  expect(tellNextNodeAgain).not.toHaveBeenCalled();
});

test('it is not told again once the address is to come back', async () => {
  const context = contextWith([smb]);
  await releaseip(address, context);
  await expect(takeip(address, context)).rejects.toThrow('it does not go on');
  vi.advanceTimersByTime(60_000);
  expect(tellNextNodeAgain).not.toHaveBeenCalled();
});
