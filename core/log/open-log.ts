import { hostname as systemHostname } from 'node:os';
import { isLogged, type LogLevel } from '../ctdb-config/log-level.ts';
import { logLocationExpected, type LogLocation, parseLogLocation } from '../ctdb-config/log-location.ts';
import { FileSink } from './file-sink.ts';
import { lineFormat, type LogStyle } from './line-format.ts';
import { LineQueue } from './line-queue.ts';
import { logLines } from './log-lines.ts';
import { LoggerSink } from './logger-sink.ts';
import type { Sink } from './sink.ts';
import { StderrSink } from './stderr-sink.ts';
import { UdpSink } from './udp-sink.ts';

/** A daemon's log. None of its members throws, waits or keeps more than a megabyte. */
export interface Log {
  /** Logs each line of a message, unless its level is less important than the log's. Bytes need not be UTF-8. */
  write: (level: LogLevel, message: string | Uint8Array) => void;
  /** Opens a file again. SIGHUP asks for this after logrotate has moved the file. */
  reopen: () => void;
  /** Sends as much as it can within two seconds. Later lines are dropped. Call it before the process exits. */
  close: () => Promise<void>;
}

/** Where and how to log. */
export interface LogOptions {
  /** `[logging] location`. */
  readonly location: string;
  /** The least important level that is logged. */
  readonly level: LogLevel;
  /** The program's name in the log. */
  readonly ident: string;
  /** Whether CTDB_INTERACTIVE is set. NOTICE and above then go to stderr, whatever the configuration says. */
  readonly interactive: boolean;
  /** Is told, in words, of a location that is unknown or takes no lines, and not again until it has taken some. */
  readonly onProblem: (message: string) => void;
  /** The style of lines; by default that of the present CTDB. */
  readonly style?: LogStyle;
  /** The host's name in a file; by default the system's. See `logHostname`. */
  readonly hostname?: string;
  /** The places of syslog, if they are not /dev/log and CTDB's port 514. */
  readonly syslog?: { readonly socket?: string; readonly port?: number };
}

/** The port to which CTDB sends syslog's datagrams. */
const syslogPort = 514;

/** Opens a log in the format of CTDB's own daemons. An unknown location is a problem; the log goes to stderr then. */
export function openLog(options: LogOptions): Log {
  const { ident, interactive, onProblem, style = 'samba', hostname = systemHostname() } = options;
  const location: LogLocation = interactive ? { kind: 'stderr' } : knownLocation(options);
  const threshold = interactive ? 'NOTICE' : options.level;
  const format = lineFormat(location, { ident, pid: process.pid, hostname }, style);
  const lost = (count: number): Buffer =>
    format('WARNING', Buffer.from(`[Dropped ${count} log messages]`), new Date());
  const queue = new LineQueue(sinkFor(location, options), { lost, onProblem });
  return {
    write: (level, message) => {
      if (!isLogged(level, threshold)) return;
      const at = new Date();
      for (const line of logLines(message)) queue.push(format(level, line, at));
    },
    reopen: () => {
      queue.reopen();
    },
    close: () => queue.close(),
  };
}

function knownLocation({ location, onProblem }: LogOptions): LogLocation {
  const known = parseLogLocation(location);
  if (known !== undefined) return known;
  onProblem(`Cannot log to ${JSON.stringify(location)}: logging to stderr, expected ${logLocationExpected}`);
  return { kind: 'stderr' };
}

function sinkFor(location: LogLocation, { ident, syslog }: LogOptions): Sink {
  if (location.kind === 'stderr') return new StderrSink();
  if (location.kind === 'file') return new FileSink(location.path);
  return location.method === 'local' || location.method === 'nonblocking'
    ? new LoggerSink({ ident, pid: process.pid, socket: syslog?.socket })
    : new UdpSink(syslog?.port ?? syslogPort);
}
