import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { CommandGroups } from '../../core/daemon/command-groups.ts';
import { isRunning } from '../support/is-running.ts';

/** A stand-in for a host, in a session of its own, with a command in a group of its own: their process ids. */
async function host(): Promise<{ host: number; command: number; end(): Promise<void> }> {
  const child = spawn('bash', ['-c', 'set -m; sleep 300 & echo $!; wait'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const command = Number(line);
  onTestFinished(() => {
    child.kill('SIGKILL');
    if (isRunning(command)) process.kill(command, 'SIGKILL');
  });
  return {
    host: child.pid ?? 0,
    command,
    async end() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

test('the commands of a host are killed with their groups, once they are known', async () => {
  const { host: pid, command } = await host();
  const groups = new CommandGroups(pid);
  groups.killAll();
  expect(isRunning(command)).toBe(true);
  groups.set(command, 'of event');
  expect(groups.leaders()).toEqual([command]);
  groups.killAll();
  await expect.poll(() => isRunning(command)).toBe(false);
  expect(groups.leaders()).toEqual([]);
});

test('a command that has ended is not killed: its number may be that of another', async () => {
  const { host: pid, command } = await host();
  const groups = new CommandGroups(pid);
  groups.set(command, 'of event');
  groups.set(command, 'ended');
  groups.killAll();
  expect(isRunning(command)).toBe(true);
});

test('the command of a host that has just ended is believed', async () => {
  const started = await host();
  const { host: pid, command } = started;
  const groups = new CommandGroups(pid);
  await started.end();
  groups.set(command, 'of event');
  expect(groups.leaders()).toEqual([command]);
});

test('processes that are not of the host are not believed, nor is the host itself', async () => {
  const { host: pid } = await host();
  const { host: otherHost, command: other } = await host();
  const groups = new CommandGroups(pid);
  for (const stranger of [pid, otherHost, other, process.pid, process.ppid, 1, 0, 0xffffffff])
    groups.set(stranger, 'of event');
  expect(groups.leaders()).toEqual([]);
});
