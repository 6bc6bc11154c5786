import { expect, test } from 'vitest';
import { logOutput } from '../../core/daemon/log-runs.ts';

/** What is logged of an output. */
function logged(output: string): string[] {
  const lines: string[] = [];
  const write = (_level: string, message: string | Uint8Array) => lines.push(String(message));
  logOutput({ write, reopen: () => undefined, close: () => Promise.resolve() }, '50.x', Buffer.from(output));
  return lines;
}

test('each line of an output is logged after its name, blank ones not', () => {
  expect(logged('a\n\nb')).toEqual(['50.x: a', '50.x: b']);
  expect(logged('')).toEqual([]);
});

test('of very many lines a thousand are logged, and how much more there is', () => {
  const lines = logged('out\n'.repeat(5000));
  expect(lines).toHaveLength(1001);
  expect(lines.at(-1)).toBe('50.x: [16000 bytes more, see ctdb event status]');
});

test('of a very long line as much is logged as of very many', () => {
  const lines = logged(`first\n${'x'.repeat(100_000)}`);
  expect(lines[0]).toBe('50.x: first');
  expect(lines.at(-1)).toBe('50.x: [34470 bytes more, see ctdb event status]');
});
