import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { firewallCommands } from '../../../core/network/commands/firewall.ts';
import { deadlineIn } from '../../../core/process/deadline.ts';
import { createCommands } from '../../../core/run/context/commands.ts';
import { EntryOutput } from '../../../core/run/entry-output.ts';
import { patienceMs } from '../../support/eventd-node.ts';
import { script, temporaryDirectory } from '../../support/temporary-directory.ts';

const block = { iface: 'eth0', ip: '10.0.0.1', packets: 'all' } as const;

/** A firewall whose only commands are these. */
function firewallOf(...commands: readonly ('iptables' | 'nft')[]) {
  const directory = temporaryDirectory(Object.fromEntries(commands.map((name) => [name, script('exit 0')])));
  const output = new EntryOutput();
  const environment = { PATH: directory };
  const { signal } = new AbortController();
  const deadline = deadlineIn(patienceMs);
  const setting = { plugin: '10.interface', environment, group: 'own', output, signal, deadline } as const;
  const runner = {
    ...createCommands(setting),
    log: (text: string) => {
      output.addLine(text);
    },
    paths: { helperDir: '/nonexistent', proc: '/proc' },
    environment,
    signal,
  };
  return {
    firewall: firewallCommands(runner, ({ iface }) => iface),
    path: (name: string) => join(directory, name),
    said: () => output.finish().toString(),
  };
}

test.each([
  ['nft', 'new connections to 10.0.0.1 may still be blocked: nft'],
  ['iptables', 'packets to 10.0.0.1 may still be blocked: iptables'],
] as const)(
  'a block by %s that cannot be lifted because that does not start is said',
  async (command, what) => {
    const gone = firewallOf(command);
    expect(await gone.firewall.block(block)).toBe(true);
    rmSync(gone.path(command));
    await gone.firewall.unblock(block);
    expect(gone.said()).toBe(`WARNING: ${what} was not found\n`);

    const unusable = firewallOf(command);
    expect(await unusable.firewall.block(block)).toBe(true);
    chmodSync(unusable.path(command), 0o644);
    await unusable.firewall.unblock(block);
    expect(unusable.said()).toBe(`WARNING: ${what} could not be started: EACCES\n`);
  },
);

test('where nothing could block there is nothing to lift, and nothing more is said', async () => {
  const { firewall, said } = firewallOf();
  expect(await firewall.block(block)).toBe(false);
  await firewall.unblock(block);
  expect(said()).toBe('nft: command not found\n');
});

test.each(['unblock', 'unblockAll'] as const)(
  '%s of what others left says so where it could not look, and nothing where the commands are missing',
  async (member) => {
    const lift = ({ firewall }: ReturnType<typeof firewallOf>) =>
      member === 'unblock' ? firewall.unblock(block) : firewall.unblockAll([block.ip]);
    const missing = firewallOf();
    await lift(missing);
    expect(missing.said()).toBe('');

    const unusable = firewallOf('iptables', 'nft');
    for (const name of ['iptables', 'nft']) chmodSync(unusable.path(name), 0o644);
    await lift(unusable);
    expect(unusable.said()).toBe(
      'WARNING: nobody knows which packets are blocked: iptables could not be started: EACCES\n' +
        'WARNING: new connections to 10.0.0.1 may still be blocked: nft could not be started: EACCES\n',
    );
  },
);
