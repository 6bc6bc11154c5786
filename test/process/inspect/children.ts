import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished, vi } from 'vitest';
import { describeGroups } from '../../../core/process/inspect/describe-groups.ts';

/** A program in a process group of its own, killed with that when the test is over. */
export function startGroup(file: string, args: readonly string[], cwd?: string): number {
  const child: ChildProcess = spawn(file, args, { stdio: 'ignore', detached: true, ...(cwd && { cwd }) });
  const pid = child.pid ?? 0;
  onTestFinished(async () => {
    const ended = child.exitCode !== null || child.signalCode !== null ? undefined : once(child, 'exit');
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // All of it ended.
    }
    await ended;
  });
  return pid;
}

/**
 * The description of a group, as `plain` has it, once it shows this and the group has come to rest: a process may go on
 * between the looks at its state and at its call.
 */
export async function describedWhen(group: number, shown: RegExp): Promise<string> {
  let before: string | undefined;
  return vi.waitUntil(
    () => {
      const text = plain(describeGroups([group], []));
      const steady = text === before && !text.includes('(running');
      before = text;
      return steady && shown.test(text) ? text : undefined;
    },
    { timeout: 20_000 },
  );
}

/** Times made 0, and what depends on the kernel's version and on who asks left out. */
export function plain(description: string): string {
  return description
    .replaceAll(/^.*\bkernel: .*\n/gm, '')
    .replaceAll(/^ *wchan .*\n/gm, '')
    .replaceAll(/, wchan \S+$/gm, '')
    .replaceAll(/\d+\.\d s\)$/gm, '0 s)');
}
