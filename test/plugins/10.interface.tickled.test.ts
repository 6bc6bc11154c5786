import type { NextNodeTold } from 'ctdb-hook';
import { expect, test, vi } from 'vitest';
import type { InterfaceContext } from '../../plugins/10.interface/options.ts';
import { willBeTickled } from '../../plugins/10.interface/will-be-tickled.ts';

const ip = '10.98.0.1';
const connections = [{ server: `${ip}:2049`, client: '10.98.0.77:1000' }];

/** Asks once, where the next node answers like this; and how often it was asked, and what was said. */
async function ask(told: NextNodeTold, afterMs = 0) {
  const said: string[] = [];
  const tellNextNode = vi.fn(() => {
    vi.advanceTimersByTime(afterMs);
    return Promise.resolve(told);
  });
  const context = { ctdb: { tellNextNode }, log: (text: string) => said.push(text) };
  const answer = await willBeTickled(ip, connections, context as unknown as InterfaceContext);
  return { answer, asked: tellNextNode.mock.calls.length, said };
}

test('a release waits for no other node: one that cannot be told, or is slow, is not told again for five seconds', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const notAsked = { answer: false, asked: 0, said: [] };
  expect(await ask({ isTold: true })).toEqual({ answer: true, asked: 1, said: [] });
  expect(await ask({ isTold: false })).toEqual({ answer: false, asked: 1, said: [] });
  expect(await ask({ isTold: false, why: 'it hangs' })).toEqual({
    answer: false,
    asked: 1,
    said: [
      'WARNING: The next node does not know the connections to public IP 10.98.0.1: it hangs. For 5000 ms clients are reset before it has their address',
    ],
  });
  expect(await ask({ isTold: true })).toEqual(notAsked);
  vi.advanceTimersByTime(5000);
  expect(await ask({ isTold: true }, 300)).toEqual({
    answer: true,
    asked: 1,
    said: [
      'WARNING: The next node took 300 ms to know the connections to public IP 10.98.0.1. For 5000 ms clients are reset before it has their address',
    ],
  });
  expect(await ask({ isTold: true })).toEqual(notAsked);
  vi.useRealTimers();
});
