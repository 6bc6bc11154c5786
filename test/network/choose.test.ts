import { expect, test } from 'vitest';
import { chooseNetwork } from '../../core/network/choose.ts';
import { defaultTcpReset } from '../../core/network/tcp-reset.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** Chooses for an environment; nothing is run. */
async function choose(
  environment: Readonly<Record<string, string>>,
  whenUnset?: 'netlink',
  tell?: (problem: string | undefined) => void,
): Promise<string> {
  const run = () => Promise.reject(new Error('a choice runs nothing'));
  const paths = { helperDir: '/nowhere', proc: '/nowhere' };
  const signal = new AbortController().signal;
  const runner = { run, act: run, undo: run, log: () => undefined, paths, environment, signal };
  const makeNetwork = await chooseNetwork(environment, whenUnset, tell);
  return makeNetwork(runner, () => Promise.resolve(defaultTcpReset)).name;
}

test('without CTDB_HOOK_NETWORK, or with an empty one, the network is that of commands', async () => {
  expect(await choose({})).toBe('commands');
  expect(await choose({ CTDB_HOOK_NETWORK: '' })).toBe('commands');
});

test('CTDB_HOOK_NETWORK=commands asks for the network of commands, whatever it would be', async () => {
  expect(await choose({ CTDB_HOOK_NETWORK: 'commands' }, 'netlink')).toBe('commands');
});

test('a CTDB_HOOK_NETWORK that there is not is told of, and counts as not set', async () => {
  const told: (string | undefined)[] = [];
  const tell = (problem: string | undefined): void => void told.push(problem);
  expect(await choose({ CTDB_HOOK_NETWORK: 'ioctl' }, undefined, tell)).toBe('commands');
  expect(await choose({ CTDB_HOOK_NETWORK: 'commands' }, undefined, tell)).toBe('commands');
  expect(told).toEqual([
    'ERROR: CTDB_HOOK_NETWORK is "ioctl", expected commands or netlink: commands stands in',
    undefined,
  ]);
});

test('where ip is not to be found the network is that of netlink, whatever is asked for', async () => {
  const PATH = temporaryDirectory();
  expect(await choose({ PATH })).toBe('netlink');
  expect(await choose({ PATH, CTDB_HOOK_NETWORK: 'commands' })).toBe('netlink');
});
