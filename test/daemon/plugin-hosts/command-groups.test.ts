import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, { existsSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test, vi } from 'vitest';
import { CommandGroups } from '../../../core/daemon/plugin-hosts/command-groups.ts';
import { isRunning } from '../../support/is-running.ts';

/** A stand-in for a host, in a session of its own, with a command in a group of its own: their process ids. */
async function host(): Promise<{ host: number; command: number }> {
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
  return { host: child.pid ?? 0, command };
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

test('the group of a command that has ended is killed as long as anything of it runs', async () => {
  const script = `set -m; bash -c 'sleep 300 & echo $$ $!' & wait; exec sleep 300`;
  const child = spawn('bash', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const [command = 0, left = 0] = line.split(' ').map(Number);
  await expect.poll(() => existsSync(`/proc/${command}`)).toBe(false);
  const groups = new CommandGroups(child.pid ?? 0);
  groups.set(command, 'of event');
  expect(groups.leaders()).toEqual([command]);
  groups.killOfEvent();
  await expect.poll(() => isRunning(left)).toBe(false);
});

test("nothing is killed once the host was waited for, since its number may be another's", async () => {
  const { host: pid, command } = await host();
  const groups = new CommandGroups(pid);
  groups.set(command, 'of event');
  groups.hostIsGone();
  groups.set(command, 'of event');
  groups.killAll();
  expect(groups.leaders()).toEqual([]);
  expect(isRunning(command)).toBe(true);
});

test('processes that are not of the host are neither named nor killed, nor is the host itself', async () => {
  const { host: pid } = await host();
  const { host: otherHost, command: other } = await host();
  const groups = new CommandGroups(pid);
  for (const stranger of [pid, otherHost, other, process.pid, process.ppid, 1, 0, 0xffffffff])
    groups.set(stranger, 'of event');
  expect(groups.leaders()).toEqual([]);
  groups.killAll();
  for (const one of [pid, otherHost, other]) expect(isRunning(one)).toBe(true);
});

test('a host that names very many groups costs no look at each', async () => {
  const { host: pid, command } = await host();
  const groups = new CommandGroups(pid);
  const read = vi.spyOn(fs, 'openSync');
  onTestFinished(() => {
    read.mockRestore();
    syncBuiltinESMExports();
  });
  syncBuiltinESMExports();
  groups.set(command, 'of event');
  for (let count = 0; count < 100_000; count += 1) groups.set(1_000_000 + count, 'of event');
  expect(read).not.toHaveBeenCalled();
  groups.killOfEvent();
  await expect.poll(() => isRunning(command)).toBe(false);
  expect(read).toHaveBeenCalled();
  expect(read.mock.calls.length).toBeLessThan(5_000);
});
