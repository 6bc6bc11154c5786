/** The part of the story that is seen, in milliseconds after its begin. */
export interface Seen {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The closest that one can look, in milliseconds for the whole width: times are whole milliseconds. */
const closestMs = 5;

/** A part within the whole, neither closer than can be nor beyond its ends. */
export function within(whole: Seen, { fromMs, untilMs }: Seen): Seen {
  const wholeMs = whole.untilMs - whole.fromMs;
  const ms = Math.min(wholeMs, Math.max(closestMs, untilMs - fromMs));
  const middle = (fromMs + untilMs) / 2;
  const from = Math.min(Math.max(whole.fromMs, middle - ms / 2), whole.untilMs - ms);
  return { fromMs: from, untilMs: from + ms };
}

/** The same part, so many times closer, with this time staying where it is. */
export function zoomed({ fromMs, untilMs }: Seen, factor: number, aroundMs: number): Seen {
  return {
    fromMs: aroundMs - (aroundMs - fromMs) / factor,
    untilMs: aroundMs + (untilMs - aroundMs) / factor,
  };
}

/** The times of about so many ticks: each 1, 2 or 5 times a power of ten, in milliseconds. */
export function ticks({ fromMs, untilMs }: Seen, count: number): number[] {
  const rough = Math.max(1, (untilMs - fromMs) / count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((each) => each >= rough) ?? rough;
  const first = Math.ceil(fromMs / step);
  return Array.from({ length: Math.floor(untilMs / step) - first + 1 }, (_, index) => (first + index) * step);
}

/** A time of day to the millisecond, in the zone of those who made the page. */
export const timeOfDay = (ms: number, zoneMinutes: number): string =>
  new Date(ms + zoneMinutes * 60_000).toISOString().slice(11, 23);
