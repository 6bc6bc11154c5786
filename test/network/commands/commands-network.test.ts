import { expect, test } from 'vitest';
import { createCommandsNetwork } from '../../../core/network/commands/commands-network.ts';
import { defaultTcpReset } from '../../../core/network/tcp-reset.ts';
import { createCommands } from '../../../core/run/context/commands.ts';
import { EntryOutput } from '../../../core/run/entry-output.ts';

/** A network at an event whose time is up, and that is told so when `stop` says. */
function lateNetwork() {
  const controller = new AbortController();
  const output = new EntryOutput();
  const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
  const { signal } = controller;
  const setting = { plugin: '10.interface', environment, group: 'own', output, signal } as const;
  const network = createCommandsNetwork(
    {
      ...createCommands({ ...setting, deadline: performance.now() - 1 }),
      log: (text) => {
        output.addLine(text);
      },
      paths: { helperDir: '/nonexistent', proc: '/proc' },
      environment,
      signal,
    },
    () => Promise.resolve(defaultTcpReset),
  );
  const stop = (): void => {
    controller.abort(new Error('the time of the event is up'));
  };
  return { network, stop, said: () => output.finish().toString() };
}

test.each([
  ['an interface is not there', ['findLink', 'lo']],
  ['an interface has no link', ['findCarrier', 'lo']],
  ['an address is nowhere', ['findAddress', '127.0.0.1']],
  ['there is no connection', ['findConnections', '127.0.0.1']],
  ['an interface cannot be set up', ['bringUp', 'lo']],
] as const)(
  'a command that is not started because the time is up does not say that %s',
  async (_what, [member, argument]) => {
    const { network, stop, said } = lateNetwork();
    const asked: Promise<unknown> = network[member](argument);
    // The time is up before anybody tells so: the answer has to wait for that.
    const first = await Promise.race([
      asked.then(() => 'answered'),
      new Promise((resolve) => setTimeout(resolve, 50, 'waiting')),
    ]);
    expect(first).toBe('waiting');
    stop();
    await expect(asked).rejects.toThrow('the time of the event is up');
    expect(said()).toBe('');
  },
);
