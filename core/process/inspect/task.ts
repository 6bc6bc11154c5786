import { readBounded } from './read-bounded.ts';

/** Most functions of a kernel stack that are listed. */
const framesMax = 16;

/** States of /proc/PID/stat in words. */
const states: Readonly<Record<string, string>> = {
  R: 'running',
  S: 'sleeping',
  D: 'in an uninterruptible wait',
  T: 'stopped',
  t: 'stopped by a debugger',
  Z: 'ended, not waited for',
  X: 'ended',
  I: 'idle',
};

/** A process's or thread's state in words. */
export const stateInWords = (state: string): string => states[state] ?? `state ${state}`;

/** The kernel function in which a task waits. Undefined if it runs or cannot be seen. `task` is its /proc directory. */
export function waitChannel(task: string): string | undefined {
  const name = readBounded(`${task}/wchan`, 200)?.toString('latin1').trim();
  return name === undefined || name === '0' || name === '' ? undefined : name;
}

/** The kernel's stack of a task, innermost first, function names only. Undefined if it cannot be read. */
export function kernelStack(task: string): string | undefined {
  const text = readBounded(`${task}/stack`, 8192)?.toString('latin1');
  const names = [...(text ?? '').matchAll(/^\[<\w+>\] ([^+\s]+)/gm)].map(([, name = '']) => name);
  return names.length === 0 ? undefined : names.slice(0, framesMax).join(' < ');
}

/** What a task does in the kernel, from its `syscall` file. */
export interface KernelCall {
  /** The system call's number; -1 outside of a call, as in a page fault. */
  readonly number: number;
  readonly arguments: readonly bigint[];
  readonly stackPointer: bigint;
}

/** The system call in which a task is blocked. Undefined if it runs or cannot be seen. */
export function kernelCall(task: string): KernelCall | undefined {
  const words = readBounded(`${task}/syscall`, 500)?.toString('latin1').trim().split(' ') ?? [];
  const number = Number(words[0]);
  if (!Number.isInteger(number) || !words.slice(1).every((word) => /^0x[0-9a-f]+$/.test(word)))
    return undefined;
  const registers = words.slice(1).map(BigInt);
  return { number, arguments: registers.slice(0, -2), stackPointer: registers.at(-2) ?? 0n };
}
