import { afterEach, expect, it, vi } from 'vitest';
import { lineFormat } from '../../../core/observe/log/line-format.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const at = new Date('2026-01-31T23:30:05.007Z');
const file = lineFormat({ kind: 'file', path: '' }, { ident: 'ctdb-eventd', pid: 7, hostname: 'node1' });

it.each([
  ['UTC', '2026-01-31T23:30:05.007000+00:00'],
  ['Asia/Kolkata', '2026-02-01T05:00:05.007000+05:30'],
  ['America/St_Johns', '2026-01-31T20:00:05.007000-03:30'],
])('times are local with their offset: %s', (zone, time) => {
  vi.stubEnv('TZ', zone);
  expect(String(file('ERROR', Buffer.from('one'), at))).toBe(`${time} node1 ctdb-eventd[7]: one\n`);
});
