import type { AddressMove, PublicAddress } from '../events/address.ts';
import type { AddressChanges } from '../events/changes.ts';
import type { Sql } from './ledger-file.ts';

/** Whether the plugin was told of the hold `told`, by a handler that has not acknowledged it: it may have acted on it all the same. */
const coversTold = `EXISTS (SELECT 1 FROM position WHERE substr(plugin, 1, length(:plugin) + 1) = :plugin || '/'
    AND seq >= told.fromSeq AND seq < told.toSeq)`;

/**
 * What was held at `position`, and what is held now, where the two differ; ordered by address, byte by byte.
 *
 * A hold of the past that is only one link of a chain of moves has the `takenSeq` of the whole chain, so a current
 * hold was released in between exactly if its `takenSeq` lies after the position.
 *
 * The last part is what was taken after the position and is gone, where the plugin was told of it meanwhile.
 */
const differing = `
  SELECT now.ip, now.iface, now.maskBits, past.iface AS pastIface, past.maskBits AS pastMaskBits,
    CASE WHEN past.ip IS NULL THEN 'taken' WHEN now.takenSeq > :position THEN 'retaken' ELSE 'moved' END AS kind
  FROM hold AS now LEFT JOIN hold AS past ON past.ip = now.ip AND past.fromSeq <= :position
    AND (past.toSeq IS NULL OR past.toSeq > :position)
  WHERE now.toSeq IS NULL AND (past.ip IS NULL OR now.takenSeq > :position
    OR now.iface <> past.iface OR now.maskBits <> past.maskBits)
  UNION ALL
  SELECT ip, NULL, NULL, iface, maskBits, 'released'
  FROM hold AS past
  WHERE fromSeq <= :position AND toSeq > :position
    AND NOT EXISTS (SELECT 1 FROM hold AS now WHERE now.ip = past.ip AND now.toSeq IS NULL)
  UNION ALL
  SELECT ip, NULL, NULL, iface, maskBits, 'released'
  FROM hold AS past
  WHERE fromSeq > :position AND toSeq IS NOT NULL AND fromSeq =
      (SELECT max(told.fromSeq) FROM hold AS told WHERE told.ip = past.ip AND told.fromSeq > :position AND ${coversTold})
    AND NOT EXISTS (SELECT 1 FROM hold AS other WHERE other.ip = past.ip
      AND (other.toSeq IS NULL OR (other.fromSeq <= :position AND other.toSeq > :position)))
  ORDER BY 1`;

/** The position of a plugin that has none: nothing was held then. */
export const beforeAll = -1;

/**
 * Compares what was held at a position with what is held now.
 *
 * An address whose mask changed in place counts as moved, from its interface to the same: it was held all the time.
 */
export function differenceSince(sql: Sql, plugin: string, position: number): AddressChanges {
  const taken: PublicAddress[] = [];
  const released: PublicAddress[] = [];
  const moved: AddressMove[] = [];
  const retaken: PublicAddress[] = [];
  for (const row of sql(differing).all({ plugin, position })) {
    const ip = String(row['ip']);
    const now = { iface: String(row['iface']), ip, maskBits: Number(row['maskBits']) };
    const past = { iface: String(row['pastIface']), ip, maskBits: Number(row['pastMaskBits']) };
    if (row['kind'] === 'taken') taken.push(now);
    else if (row['kind'] === 'released') released.push(past);
    else if (row['kind'] === 'retaken') retaken.push(now);
    else moved.push({ oldIface: past.iface, newIface: now.iface, ip, maskBits: now.maskBits });
  }
  const any = taken.length + released.length + moved.length + retaken.length > 0;
  return { taken, released, moved, retaken, any };
}
