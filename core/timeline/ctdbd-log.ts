import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { LogLine } from '../history/export-record.ts';

/** Most of a log that is read for one story, in bytes. */
const readMax = 16 * 2 ** 20;

/** How much is looked at to find a time in a log. */
const probeBytes = 64 * 1024;

/**
 * The lines of ctdbd's log between two times, in milliseconds since 1970. Those of its event daemon are left out: the history has
 * these. Undefined if it cannot be read. It is decoration: nothing else depends on it.
 */
export function readCtdbdLog(path: string, sinceMs: number, untilMs: number): LogLine[] | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const { size } = fstatSync(fd);
    const from = findOffset(fd, size, sinceMs);
    return textFrom(fd, from, readMax)
      .split('\n')
      .flatMap((line) => lineOf(line) ?? [])
      .filter(({ beginMs }) => beginMs >= sinceMs && beginMs <= untilMs);
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}

/** An offset before the first line of this time, near it. Lines of a log stand in the order of their times. */
function findOffset(fd: number, size: number, sinceMs: number): number {
  let [low, high] = [0, size];
  while (high - low > probeBytes) {
    const middle = Math.floor((low + high) / 2);
    const first = firstTime(textFrom(fd, middle, probeBytes));
    if (first !== undefined && first < sinceMs) low = middle;
    else high = middle;
  }
  return low;
}

function firstTime(text: string): number | undefined {
  for (const line of text.split('\n').slice(1, -1)) {
    const ms = timeOf(line);
    if (ms !== undefined) return ms;
  }
  return undefined;
}

function textFrom(fd: number, offset: number, bytesMax: number): string {
  const bytes = Buffer.alloc(Math.min(bytesMax, Math.max(0, fstatSync(fd).size - offset)));
  let filled = 0;
  while (filled < bytes.length) {
    const read = readSync(fd, bytes, filled, bytes.length - filled, offset + filled);
    if (read === 0) break;
    filled += read;
  }
  return bytes.toString('utf8', 0, filled);
}

/**
 * A line as CTDB's daemons write it to a file, see core/log/line-format.ts: `2026/01/31 23:30:05.007000 ctdbd[12]: text`, or by
 * Samba's library `2026-01-31T23:30:05.007000+01:00 node1 ctdbd[12]: text`.
 */
function lineOf(line: string): LogLine | undefined {
  const beginMs = timeOf(line);
  const [, program = '', message = ''] = /^\S+ \S+ (?:.*? )??([\w.-]+)\[\d+\]: (.*)$/.exec(line) ?? [];
  if (beginMs === undefined || message === '' || program === 'ctdb-eventd') return undefined;
  return { beginMs, message: program === 'ctdbd' ? message : `${program}: ${message}` };
}

/** Its time in milliseconds since 1970; local time if it names no zone. */
function timeOf(line: string): number | undefined {
  const [, year, month, day, time, zone = ''] =
    /^(\d{4})[/-](\d\d)[/-](\d\d)[ T](\d\d:\d\d:\d\d\.\d{3})\d*([+-]\d\d:\d\d)?/.exec(line) ?? [];
  if (time === undefined) return undefined;
  const ms = Date.parse(`${year ?? ''}-${month ?? ''}-${day ?? ''}T${time}${zone}`);
  return Number.isFinite(ms) ? ms : undefined;
}
