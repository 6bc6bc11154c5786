/** The target of a CTDB daemon's log. */
export type LogLocation =
  | { readonly kind: 'stderr' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'syslog'; readonly method: SyslogMethod };

/** How messages reach syslog: by syslog(3), by /dev/log without waiting, or by UDP to 127.0.0.1:514 in two formats. */
export type SyslogMethod = 'local' | 'nonblocking' | 'udp' | 'udp-rfc5424';

/** The forms of a location, for messages. */
export const logLocationExpected =
  'file:PATH, file:, syslog, syslog:nonblocking, syslog:udp or syslog:udp-rfc5424';

/**
 * Reads `[logging] location` as CTDB does (ctdb/common/logging.c): the words between colons. Empty words are left out, and
 * those after the second are ignored. Undefined if CTDB would not accept it. Whether a file's directory exists is not
 * checked.
 */
export function parseLogLocation(text: string): LogLocation | undefined {
  const [backend, option] = text.split(':').filter((word) => word !== '');
  if (backend === 'file') {
    return option === undefined || option === '-' ? { kind: 'stderr' } : { kind: 'file', path: option };
  }
  if (backend !== 'syslog') return undefined;
  const method = option ?? 'local';
  return isMethod(method) && (option === undefined || method !== 'local')
    ? { kind: 'syslog', method }
    : undefined;
}

const isMethod = (text: string): text is SyslogMethod =>
  ['local', 'nonblocking', 'udp', 'udp-rfc5424'].includes(text);
