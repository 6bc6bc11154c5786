/** How important a message is, most important first. The names are CTDB's. */
export const logLevels = ['ERROR', 'WARNING', 'NOTICE', 'INFO', 'DEBUG'] as const;

export type LogLevel = (typeof logLevels)[number];

/** CTDB's eleven debug levels by number, 0 to 10 (ctdb/common/logging.c). */
const byNumber: readonly LogLevel[] = [
  'ERROR',
  'WARNING',
  'WARNING',
  'NOTICE',
  'NOTICE',
  'INFO',
  'INFO',
  'INFO',
  'INFO',
  'INFO',
  'DEBUG',
];

/**
 * Reads a level as CTDB does: a number from 0 to 10 with anything after it, or the beginning of a level's name in any
 * case. Undefined if it is neither.
 */
export function parseLogLevel(text: string): LogLevel | undefined {
  const [number] = /^\d+/.exec(text) ?? [];
  if (number !== undefined) return byNumber[Number(number)];
  if (text === '') return undefined;
  return logLevels.find((level) => level.startsWith(text.toUpperCase()));
}

/** Whether a message of this level is logged with this `threshold`. */
export function isLogged(level: LogLevel, threshold: LogLevel): boolean {
  return logLevels.indexOf(level) <= logLevels.indexOf(threshold);
}
