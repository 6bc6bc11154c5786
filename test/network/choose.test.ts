import { expect, test } from 'vitest';
import { chooseNetwork } from '../../core/network/choose.ts';
import { ctdbTcpReset } from '../../core/network/tcp-reset.ts';

/** Chooses for an environment; nothing is run. */
function choose(environment: Readonly<Record<string, string>>): string {
  const run = () => Promise.reject(new Error('a choice runs nothing'));
  const paths = { helperDir: '/nowhere', proc: '/nowhere' };
  const signal = new AbortController().signal;
  const runner = { run, act: run, undo: run, log: () => undefined, paths, environment, signal };
  return chooseNetwork(runner, () => Promise.resolve(ctdbTcpReset)).name;
}

test('without CTDB_HOOK_NETWORK, or with an empty one, the network is that of commands', () => {
  expect(choose({})).toBe('commands');
  expect(choose({ CTDB_HOOK_NETWORK: '' })).toBe('commands');
});

test('CTDB_HOOK_NETWORK=commands asks for the network of commands', () => {
  expect(choose({ CTDB_HOOK_NETWORK: 'commands' })).toBe('commands');
});

test('a CTDB_HOOK_NETWORK that there is not is an error which names those that there are', () => {
  expect(() => choose({ CTDB_HOOK_NETWORK: 'netlink' })).toThrow(
    'CTDB_HOOK_NETWORK is "netlink", expected commands',
  );
});
