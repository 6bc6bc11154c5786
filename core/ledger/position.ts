import { prune } from './holds.ts';
import type { Sql } from './ledger-file.ts';

/** A moment of the ledger to which a plugin can acknowledge. */
export interface Moment {
  /** The life of the ledger it belongs to; `clear` and a fresh file begin another one. */
  readonly life: string;
  readonly seq: number;
  /** The holds that were open then, as JSON: rows of the columns of `hold` but `toSeq`. */
  readonly openHolds: string;
}

/** The present moment. */
export function momentNow(sql: Sql): Moment {
  const row = sql(`SELECT life, seq, (
      SELECT json_group_array(json_array(ip, iface, maskBits, fromSeq, takenSeq)) FROM hold WHERE toSeq IS NULL
    ) AS openHolds FROM clock`).get();
  return { life: String(row?.['life']), seq: Number(row?.['seq']), openHolds: String(row?.['openHolds']) };
}

/** The `seq` a plugin has acknowledged, or undefined if it has not been seen. */
export function positionOf(sql: Sql, plugin: string): number | undefined {
  const row = sql('SELECT seq FROM position WHERE plugin = ?').get(plugin);
  return row === undefined ? undefined : Number(row['seq']);
}

/** Moves the position of a plugin forward to a moment; never backwards, and never out of another life. */
export function acknowledge(sql: Sql, plugin: string, moment: Moment): void {
  const clock = sql('SELECT life, seq FROM clock').get();
  if (clock?.['life'] !== moment.life || (positionOf(sql, plugin) ?? -1) >= moment.seq) return;
  if (clock['seq'] !== moment.seq) bringBack(sql, moment);
  sql('INSERT INTO position VALUES (?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq').run(
    plugin,
    moment.seq,
  );
  prune(sql);
}

/**
 * Holds that were open at the moment may have been closed and pruned since, because no position needed them. This position
 * needs them. Their ends are forgotten; this does no harm, because every later position from before then is treated alike.
 */
function bringBack(sql: Sql, { seq, openHolds }: Moment): void {
  sql(`INSERT INTO hold
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, :until, value ->> 4 FROM json_each(:openHolds) WHERE true
    ON CONFLICT DO UPDATE SET toSeq = max(toSeq, excluded.toSeq) WHERE toSeq IS NOT NULL`).run({
    openHolds,
    until: seq + 1,
  });
}
