import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { differenceSince } from './difference.ts';
import { openHolds } from './holds.ts';
import type { Sql } from './ledger-file.ts';
import { applicationId, schemaVersion } from './schema.ts';

/** What a ledger says to somebody who only looks. */
export interface LedgerView {
  /** How many public addresses the node has. */
  readonly addressesHeld: number;
  /** How many address changes each plugin still has to act on; plugins that wait for none are left out. */
  readonly changesWaiting: ReadonlyMap<string, number>;
  /** On disk, with what SQLite keeps beside. */
  readonly bytes: number;
}

/** How long a process that writes is waited for. */
const busyTimeoutMs = 200;

/**
 * Looks at a ledger, and changes nothing: it is not made, not repaired, not set aside. Undefined if there is none, or none of this
 * version that can be read now.
 */
export function lookAtLedger(path: string): LedgerView | undefined {
  let database: DatabaseSync | undefined;
  try {
    const bytes = ['', '-wal', '-shm'].reduce((sum, end) => sum + sizeOf(`${path}${end}`), 0);
    database = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
    const open = database;
    const sql: Sql = (text) => open.prepare(text);
    if (pragma(sql, 'application_id') !== applicationId || pragma(sql, 'user_version') !== schemaVersion)
      return undefined;
    sql('BEGIN').run();
    const plugins = sql("SELECT plugin, seq FROM position WHERE instr(plugin, '/') = 0").all();
    const waiting = plugins.map(
      (row) => [String(row['plugin']), waitingSince(sql, String(row['plugin']), Number(row['seq']))] as const,
    );
    return {
      addressesHeld: openHolds(sql).length,
      changesWaiting: new Map(waiting.filter(([, count]) => count > 0)),
      bytes,
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  } finally {
    database?.close();
  }
}

function waitingSince(sql: Sql, plugin: string, position: number): number {
  const { taken, released, moved, retaken } = differenceSince(sql, plugin, position);
  return taken.length + released.length + moved.length + retaken.length;
}

const pragma = (sql: Sql, name: string): number => Number(sql(`PRAGMA ${name}`).get()?.[name]);

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
