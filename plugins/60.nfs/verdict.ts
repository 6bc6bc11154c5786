import type { Check } from './check-file.ts';

/** What a failed check leads to. */
export interface Verdict {
  /** Whether the node is unhealthy. */
  readonly unhealthy: boolean;
  /** Whether the service is restarted. */
  readonly restart: boolean;
}

/**
 * What follows when a check has failed this many times in a row; null if it has never succeeded.
 *
 * A service that never worked is not there to be restarted, and a node without it never was healthy.
 */
export function judge(
  { unhealthyAfter, restartEvery }: Pick<Check, 'unhealthyAfter' | 'restartEvery'>,
  failures: number | null,
): Verdict {
  if (failures === null) return { unhealthy: true, restart: false };
  return {
    unhealthy: unhealthyAfter > 0 && failures >= unhealthyAfter,
    restart: restartEvery > 0 && failures % restartEvery === 0,
  };
}
