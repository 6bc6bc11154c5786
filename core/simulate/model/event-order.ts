import type { Release } from '../../ctdb-installation/release.ts';

/** In which order a release of CTDB raises its events. Read from CTDB's sources, and compared with clusters of the real ctdbd in test/cluster. */
export interface EventOrder {
  /** Whether `recovered` comes before the addresses move: from CTDB 4.4 on. */
  readonly recoveredFirst: boolean;
  /** Whether `recovered` comes after the addresses have moved in a recovery: up to CTDB 4.4, which raises it twice. */
  readonly recoveredLast: boolean;
  /** Whether `startrecovery` and `recovered` are raised around a mere move of addresses, too: up to CTDB 4.3. */
  readonly recoveryAroundMoves: boolean;
  /** Whether a takeover run begins with `startipreallocate`: from CTDB 4.21 on. */
  readonly startipreallocate: boolean;
  /** Whether a node releases its addresses before `shutdown`: so does 4.13, and 4.17 does not. */
  readonly releasesBeforeShutdown: boolean;
  /** Whether a node gives its addresses away by a takeover run before `shutdown`: so does 4.22, and 4.17 does not. */
  readonly movesBeforeShutdown: boolean;
}

/** The order of a release. */
export const eventOrderOf = (release: Release): EventOrder => ({
  recoveredFirst: release.isFrom(4, 4),
  recoveredLast: !release.isFrom(4, 5),
  recoveryAroundMoves: !release.isFrom(4, 4),
  startipreallocate: release.isFrom(4, 21),
  releasesBeforeShutdown: !release.isFrom(4, 17),
  movesBeforeShutdown: release.isFrom(4, 22),
});
