import { expect, it } from 'vitest';
import { formatEnd } from '../../../core/process/inspect/sockets.ts';
import { systemCall } from '../../../core/process/inspect/system-calls.ts';

it.each([
  ['x64', 257, 'openat'],
  ['x64', 0, 'read'],
  ['x64', 73, 'flock'],
  ['x64', 332, 'statx'],
  ['arm64', 56, 'openat'],
  ['arm64', 63, 'read'],
  ['arm64', 32, 'flock'],
  ['arm64', 291, 'statx'],
])('on %s the system call %d is %s', (arch, number, name) => {
  expect(systemCall(number, arch)?.name).toBe(name);
});

it('a call has the same arguments on both architectures', () => {
  expect(systemCall(257, 'x64')).toEqual(systemCall(56, 'arm64'));
  expect(systemCall(257, 'x64')?.arguments).toEqual(['directory', 'path']);
});

it('knows no number of another architecture, and none beyond the table', () => {
  expect(systemCall(257, 'riscv64')).toBeUndefined();
  expect(systemCall(100_000, 'x64')).toBeUndefined();
});

it('writes ends of connections in the usual way', () => {
  expect(formatEnd(Buffer.from([10, 0, 0, 1]), 2049)).toBe('10.0.0.1:2049');
  const ip6 = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
  expect(formatEnd(ip6('fd00 0000 0000 0000 0000 0000 0000 0001'), 80)).toBe('[fd00::1]:80');
  expect(formatEnd(Buffer.alloc(16), 80)).toBe('[::]:80');
});
