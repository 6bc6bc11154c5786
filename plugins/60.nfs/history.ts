import * as z from 'zod';
import type { NfsContext } from './nfs-context.ts';

/** What is remembered of a check from one `monitor` to the next. */
export interface CheckHistory {
  /** How often it has failed in a row; null until it has succeeded once. */
  readonly failures: number | null;
  /** The digest of the service's statistics when they were taken last; empty before. */
  readonly statistics: string;
}

/** What is remembered of the check of this path. */
export function recall({ state }: NfsContext, path: string): CheckHistory {
  const known = new Map(Object.entries(histories(state)));
  return known.get(path) ?? { failures: null, statistics: '' };
}

/** Remembers this of the check of this path. */
export function remember(context: NfsContext, path: string, news: Partial<CheckHistory>): void {
  const history = { ...recall(context, path), ...news };
  context.state['checks'] = { ...histories(context.state), [path]: history };
}

/** Forgets all checks but those of these paths. */
export function forgetOthers({ state }: NfsContext, paths: readonly string[]): void {
  const kept = Object.entries(histories(state)).filter(([path]) => paths.includes(path));
  state['checks'] = Object.fromEntries(kept);
}

const Histories = z.record(
  z.string(),
  z.object({ failures: z.number().int().min(0).nullable(), statistics: z.string() }),
);

const histories = (state: NfsContext['state']) => Histories.safeParse(state['checks']).data ?? {};
