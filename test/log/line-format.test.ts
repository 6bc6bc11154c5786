import { afterEach, expect, it, vi } from 'vitest';
import type { LogLocation } from '../../core/ctdb-config/log-location.ts';
import { newestTried, parseRelease } from '../../core/ctdb-installation/release.ts';
import { lineFormat, type LogStyle, logStyle } from '../../core/log/line-format.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const at = new Date('2026-01-31T23:30:05.007Z');
const origin = { ident: 'ctdb-eventd', pid: 7, hostname: 'node1' };
const file = lineFormat({ kind: 'file', path: '' }, origin, 'samba');

it.each([
  ['UTC', '2026-01-31T23:30:05.007000+00:00'],
  ['Asia/Kolkata', '2026-02-01T05:00:05.007000+05:30'],
  ['America/St_Johns', '2026-01-31T20:00:05.007000-03:30'],
])('times are local with their offset: %s', (zone, time) => {
  vi.stubEnv('TZ', zone);
  expect(String(file('ERROR', Buffer.from('one'), at))).toBe(`${time} node1 ctdb-eventd[7]: one\n`);
});

const textOf = (style: LogStyle, location: LogLocation): string =>
  String(lineFormat(location, origin, style)('ERROR', Buffer.from('one'), at));

it('in the older style a file has no host, and stderr has program and pid', () => {
  vi.stubEnv('TZ', 'Asia/Kolkata');
  expect(textOf('own', { kind: 'file', path: '' })).toBe('2026/02/01 05:00:05.007000 ctdb-eventd[7]: one\n');
  expect(textOf('own', { kind: 'stderr' })).toBe('ctdb-eventd[7]: one\n');
  expect(textOf('samba', { kind: 'stderr' })).toBe('one\n');
});

it.each([
  ['4.13.13-Debian', 'own'],
  ['4.16.4', 'own'],
  ['4.17.12-Debian', 'samba'],
  ['4.25.1', 'samba'],
])('the style of %s is %s', (release, style) => {
  expect(logStyle(parseRelease(release) ?? newestTried)).toBe(style);
});
