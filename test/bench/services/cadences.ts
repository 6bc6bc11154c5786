import type { Cadence } from './at-cadence.ts';

/** A pace at which the services are monitored, and how often at a quick one before, to fill the caches. */
export interface NamedCadence extends Cadence {
  readonly name: string;
  readonly warmUps: number;
  /** Whether ctdbd raises `monitor` at this pace, if nobody says otherwise. */
  readonly isCtdbds: boolean;
}

/**
 * ctdbd's own pace (MonitorInterval is 15 seconds), and a quick one, of which what each event costs is seen best. Both last
 * for whole minutes: what the plugins do between events they do every 10, 15 and 60 seconds.
 */
export const cadences: readonly NamedCadence[] = [
  { name: 'every second', intervalMs: 1000, rounds: 60, warmUps: 10, isCtdbds: false },
  { name: 'every 15 seconds', intervalMs: 15_000, rounds: 12, warmUps: 0, isCtdbds: true },
];
