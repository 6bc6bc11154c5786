import { UsageError } from '../links/usage-error.ts';

/** What a time on the command line may be, for messages. */
export const timeForms = '2026-11-30, 2026-11-30T03:00, 03:00 (the last one), or 90s, 30m, 12h, 7d (ago)';

const unitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a time on the command line: milliseconds since 1970. Without a zone it is local time.
 *
 * @throws UsageError for what is none.
 */
export function readTime(option: string, text: string, nowMs: number): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (unit !== '') return nowMs - Number(count) * (unitsMs[unit] ?? 0);
  const timeMs = /^\d\d:\d\d(:\d\d)?$/.test(text) ? lastTime(text, nowMs) : Date.parse(withTime(text));
  if (Number.isFinite(timeMs)) return timeMs;
  throw new UsageError(`${option}: "${text}" is no time, expected ${timeForms}`);
}

/** A date alone would be taken for UTC. */
const withTime = (text: string): string => (/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);

/** The last time that a clock on the wall showed this. */
function lastTime(text: string, nowMs: number): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
  if (hours > 23 || minutes > 59 || seconds > 59) return Number.NaN;
  const time = new Date(nowMs);
  time.setHours(hours, minutes, seconds, 0);
  if (time.getTime() > nowMs) time.setDate(time.getDate() - 1);
  return time.getTime();
}
