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
  sql(`DELETE FROM position WHERE ${isTold} AND seq <= :seq`).run({ plugin, seq: moment.seq });
  prune(sql);
}

/** Most moments that are kept at which a plugin was told of changes and has not acknowledged them. */
const toldMax = 8;

/** Rows of the moments at which a plugin was told: `NN.name/seq`. No plugin has a slash in its name. */
const isTold = "substr(plugin, 1, length(:plugin) + 1) = :plugin || '/'";

/**
 * Notes that a plugin is told of what is held now. Until it acknowledges, an address that it was told of and that is gone stays
 * known. After many moments the newest takes the place of the one before it.
 */
export function noteTold(sql: Sql, plugin: string, seq: number): void {
  const told = sql(`SELECT plugin AS row, seq FROM position WHERE ${isTold} ORDER BY seq DESC`).all({
    plugin,
  });
  if (told.some((row) => row['seq'] === seq)) return;
  if (told.length >= toldMax) sql('DELETE FROM position WHERE plugin = ?').run(String(told[0]?.['row']));
  sql('INSERT INTO position VALUES (?, ?)').run(`${plugin}/${seq}`, seq);
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
