import type { Case } from './comparisons.ts';
import { median } from './statistics.ts';
import type { Samples } from './take-turns.ts';

/** How long a takeover run may take, in milliseconds: 3 x TakeoverTimeout (ctdb/server/ctdb_takeover_helper.c). */
export const takeoverMs = 27_000;

/**
 * How many addresses one node can hand to another in a time, if each is moved by these one after the other; rounded
 * down to two digits.
 */
export function capacity(timeMs: number, cases: readonly Case[], samples: Samples): number {
  const perAddressMs = cases.reduce((sum, name) => sum + median(samples[name] ?? []), 0);
  const count = Math.floor(timeMs / perAddressMs);
  const unit = 10 ** Math.max(0, `${count}`.length - 2);
  return Math.floor(count / unit) * unit;
}
