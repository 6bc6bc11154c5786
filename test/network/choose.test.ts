import { expect, test } from 'vitest';
import { chooseNetwork } from '../../core/network/choose.ts';
import { ctdbTcpReset } from '../../core/network/tcp-reset.ts';

/** Chooses for an environment; nothing is run. */
async function choose(environment: Readonly<Record<string, string>>, whenUnset?: 'netlink'): Promise<string> {
  const run = () => Promise.reject(new Error('a choice runs nothing'));
  const paths = { helperDir: '/nowhere', proc: '/nowhere' };
  const signal = new AbortController().signal;
  const runner = { run, act: run, undo: run, log: () => undefined, paths, environment, signal };
  const makeNetwork = await chooseNetwork(environment, whenUnset);
  return makeNetwork(runner, () => Promise.resolve(ctdbTcpReset)).name;
}

test('without CTDB_HOOK_NETWORK, or with an empty one, the network is that of commands', async () => {
  expect(await choose({})).toBe('commands');
  expect(await choose({ CTDB_HOOK_NETWORK: '' })).toBe('commands');
});

test('CTDB_HOOK_NETWORK=commands asks for the network of commands, whatever it would be', async () => {
  expect(await choose({ CTDB_HOOK_NETWORK: 'commands' }, 'netlink')).toBe('commands');
});

test('a CTDB_HOOK_NETWORK that there is not is an error which names those that there are', async () => {
  await expect(choose({ CTDB_HOOK_NETWORK: 'ioctl' })).rejects.toThrow(
    'CTDB_HOOK_NETWORK is "ioctl", expected commands or netlink',
  );
});
