import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { findWrong, type LedgerRows, type Sql, statements } from './ledger-file.ts';
import { schema } from './schema.ts';
import { busyTimeoutMs, translated } from './sqlite-error.ts';

/** The tables whose rows are copied. */
const tables = ['clock', 'hold', 'position', 'state'] as const;

/**
 * The rows of a ledger as they are now, copied into memory: who looks at it may change it, and nothing of that is written to disk.
 * Where there is no ledger, or none that is usable, there are no rows; what is not usable is reported.
 */
export class LedgerCopy implements LedgerRows {
  readonly #database = new DatabaseSync(':memory:');
  readonly #sql: Sql;

  /** @throws LedgerUnavailable if it is there and cannot be read. */
  constructor(path: string, report: (message: string) => void) {
    this.#sql = statements(this.#database);
    this.#database.exec(schema.join(';'));
    try {
      if (!copyRows(this.#sql, path, report))
        this.#database.exec('INSERT INTO clock VALUES (hex(randomblob(16)), 0)');
    } catch (error) {
      throw translated(error, path);
    }
  }

  read<T>(work: (sql: Sql) => T): T {
    return work(this.#sql);
  }

  write<T>(work: (sql: Sql) => T): T {
    return work(this.#sql);
  }

  together(work: () => void): void {
    work();
  }

  close(): void {
    this.#database.close();
  }
}

function copyRows(into: Sql, path: string, report: (message: string) => void): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const database = new DatabaseSync(readOnly(path), { readOnly: true, timeout: busyTimeoutMs });
  try {
    const wrong = findWrong(database);
    if (wrong !== undefined) {
      report(`WARNING: ledger ${path}: ${wrong.what}; an event would begin a new one`);
      return false;
    }
    database.exec('BEGIN'); // All tables of one moment.
    for (const table of tables) {
      for (const row of database.prepare(`SELECT * FROM ${table}`).all()) {
        const values = Object.values(row);
        into(`INSERT INTO ${table} VALUES (${values.map(() => '?').join(', ')})`).run(...values);
      }
    }
    return true;
  } finally {
    database.close();
  }
}

/**
 * Where nobody has it open there is no write-ahead log, and SQLite would make one beside it to read it: it is told that the file does
 * not change meanwhile. Otherwise SQLite writes nothing but that somebody reads, into its `-shm`.
 */
function readOnly(path: string): URL {
  const url = pathToFileURL(path);
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (log === undefined || log.size === 0) url.search = 'immutable=1';
  else url.search = 'mode=ro';
  return url;
}
