import { basename } from 'node:path';
import type { LogLevel } from '../ctdb-config/log-level.ts';
import type { LogLocation } from '../ctdb-config/log-location.ts';
import type { Release } from '../ctdb-installation/release.ts';

/** The process that logs. */
export interface LogOrigin {
  /** The program's name. */
  readonly ident: string;
  readonly pid: number;
  readonly hostname: string;
}

/** The style of CTDB's daemons: `samba` since they log by Samba's library, `own` before. */
export type LogStyle = 'own' | 'samba';

/** The style of a release: 4.13 has `own`, 4.17 has `samba`. The releases between were not tried. */
export const logStyle = (release: Release): LogStyle => (release.isFrom(4, 17) ? 'samba' : 'own');

/** Turns one line of a message into the bytes for its location. */
export type LineFormat = (level: LogLevel, line: Buffer, at: Date) => Buffer;

/** Facility daemon with the priority of each level; INFO is a notice, as in CTDB (ctdb/common/logging.c). */
const priority: Readonly<Record<LogLevel, number>> = {
  ERROR: 27,
  WARNING: 28,
  NOTICE: 29,
  INFO: 29,
  DEBUG: 31,
};

/** Most bytes of a datagram that CTDB sends by UDP. */
const datagramBytesMax = 1023;

/**
 * The format of CTDB's daemons for a location. On stderr it is only the line (in the older style with program and pid). In
 * a file it is time, host, program and pid (the older style has no host). By UDP it is RFC 3164 without time and host, or
 * RFC 5424. For local syslog it is that of `logger --prio-prefix`.
 */
export function lineFormat(
  location: LogLocation,
  { ident, pid, hostname }: LogOrigin,
  style: LogStyle,
): LineFormat {
  const program = `${ident}[${pid}]: `;
  if (location.kind === 'stderr') return (_level, line) => join(style === 'own' ? program : '', line, '\n');
  if (location.kind === 'file') {
    return (_level, line, at) =>
      join(`${style === 'own' ? olderTimestamp(at) : `${timestamp(at)} ${hostname}`} ${program}`, line, '\n');
  }
  const host = hostname.replace(/\..*/s, '') || 'localhost';
  switch (location.method) {
    case 'local':
    case 'nonblocking':
      return (level, line) => join(`<${priority[level]}>`, line, '\n');
    case 'udp':
      return (level, line) => datagram(`<${priority[level]}>${ident}[${pid}]: `, line);
    case 'udp-rfc5424':
      return (level, line, at) =>
        datagram(`<${priority[level]}>1 ${timestamp(at)} ${host} ${ident} ${pid} - - `, line);
    default:
      return location.method satisfies never;
  }
}

/** The host's name in a log. In CTDB's test mode it is the last part of CTDB_BASE, as in the logs of CTDB's daemons there. */
export function logHostname(
  environment: Readonly<Record<string, string | undefined>>,
  hostname: string,
): string {
  const base = environment['CTDB_BASE'];
  return environment['CTDB_TEST_MODE'] !== undefined && base ? basename(base) : hostname;
}

const join = (before: string, line: Buffer, after: string): Buffer =>
  Buffer.concat([Buffer.from(before), line, Buffer.from(after)]);

const datagram = (header: string, line: Buffer): Buffer =>
  join(header, line, '').subarray(0, datagramBytesMax);

/** Local time, `2026/01/31 23:30:05.007000`. */
const olderTimestamp = (at: Date): string => localTime(at).replaceAll('-', '/').replace('T', ' ');

/** Local time with six digits of a second; Node knows three of them: `2026-01-31T23:30:05.007000`. */
function localTime(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return `${local.toISOString().slice(0, -1)}000`;
}

/** Local time with its offset. */
function timestamp(at: Date): string {
  const offsetMinutes = -at.getTimezoneOffset();
  const [hours, minutes] = [Math.trunc(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  return `${localTime(at)}${offsetMinutes < 0 ? '-' : '+'}${twoDigits(hours)}:${twoDigits(minutes)}`;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');
