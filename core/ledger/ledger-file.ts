import { closeSync, lstatSync, openSync, renameSync, rmSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { underLock } from './file-lock.ts';
import { makeDirectory } from '../files/make-directory.ts';
import { applicationId, schema, schemaVersion } from './schema.ts';
import { removeCompanions, setAside, type SetAsideReason } from './set-aside.ts';
import { busyTimeoutMs, isDamage, LedgerDamaged, translated } from './sqlite-error.ts';
import { LedgerUnavailable } from './unavailable.ts';

/** Gives the prepared statement for a text; each text is prepared once per connection. */
export type Sql = (text: string) => StatementSync;

/** The rows of a ledger, wherever they are; see `LedgerFile`. */
export interface LedgerRows {
  read<T>(work: (sql: Sql) => T): T;
  write<T>(work: (sql: Sql) => T): T;
  together(work: () => void): void;
  close(): void;
}

/** How often an operation is begun anew because its file was set aside or replaced meanwhile. */
const attemptsMax = 4;

/**
 * The one SQLite file of the ledger: opened, checked, and set aside with a message when it is not usable.
 *
 * Two dangers lie in renaming a database that other processes use. A process that is just opening it could join the
 * old database to the new one's write-ahead log: so opening, setting aside and making anew all happen under one lock.
 * A process that has it open could commit to a file nobody reads any more: so after each commit it looks whether its
 * file (device and inode) still stands at the path, and repeats the operation on the new one if not. Closing is
 * harmless, since SQLite leaves the companions alone when its file has moved (a test holds it to that).
 */
export class LedgerFile implements LedgerRows {
  readonly #path: string;
  readonly #report: (message: string) => void;
  #connection: OpenDatabase | undefined;
  /** The transaction that an operation joins if it is a part of another operation. */
  #outer: Sql | undefined;

  constructor(path: string, report: (message: string) => void) {
    this.#path = path;
    this.#report = report;
    this.#guarded(() => this.#connected());
  }

  /** Calls `work` on one consistent view of the file. It may be called again, on a fresh file. */
  read<T>(work: (sql: Sql) => T): T {
    return this.#transaction('BEGIN', work);
  }

  /** Calls `work` and commits what it wrote, all or nothing. It may be called again, on a fresh file. */
  write<T>(work: (sql: Sql) => T): T {
    return this.#transaction('BEGIN IMMEDIATE', work);
  }

  /** Commits together what `work` writes by several operations. It may be called again, on a fresh file. */
  together(work: () => void): void {
    this.write((sql) => {
      this.#outer = sql;
      try {
        work();
      } finally {
        this.#outer = undefined;
      }
    });
  }

  /** Closes the file; the next operation opens it again. */
  close(): void {
    this.#connection?.database.close();
    this.#connection = undefined;
  }

  #transaction<T>(begin: string, work: (sql: Sql) => T): T {
    if (this.#outer !== undefined) return work(this.#outer);
    return this.#guarded(() => {
      for (let attempt = 1; attempt <= attemptsMax; attempt++) {
        const connection = this.#connected();
        const outcome = this.#attempt(connection, begin, work);
        if (outcome !== undefined && isAt(this.#path, connection)) return outcome.value;
        this.close();
        if (outcome !== undefined)
          this.#report(`ledger ${this.#path}: was replaced or removed; repeating on what is there`);
      }
      throw new LedgerUnavailable(this.#path, `was replaced ${attemptsMax} times during one operation`);
    });
  }

  /** What `work` returned once committed, or undefined if the file turned out to be damaged. */
  #attempt<T>(
    connection: OpenDatabase,
    begin: string,
    work: (sql: Sql) => T,
  ): { readonly value: T } | undefined {
    try {
      connection.database.exec(begin);
      const value = work(connection.sql);
      connection.database.exec('COMMIT');
      return { value };
    } catch (error) {
      if (!isDamage(error)) throw error;
      underLock(lockOf(this.#path), () => {
        // Another process may have met the same damage first: what stands there now is its fresh file.
        if (isAt(this.#path, connection)) this.#setAside('corrupt', error.message);
      });
      return undefined;
    }
  }

  #connected(): OpenDatabase {
    this.#connection ??= this.#connect();
    return this.#connection;
  }

  #connect(): OpenDatabase {
    makeDirectory(dirname(this.#path));
    return underLock(lockOf(this.#path), () => {
      const found = open(this.#path);
      if (found.is === 'usable') return found.connection;
      if (found.is === 'unusable') {
        this.#setAside(found.reason, found.what);
        found.close();
      }
      create(this.#path);
      const made = open(this.#path);
      if (made.is === 'usable') return made.connection;
      throw new Error(`ledger ${this.#path}: the file just made is ${made.is}`);
    });
  }

  #setAside(reason: SetAsideReason, what: string): void {
    const kept = setAside(this.#path, reason, this.#report);
    this.#report(
      `ledger ${this.#path}: ${what}; kept as ${kept}, starting a new one: ` +
        'every plugin is told of all addresses held, releases not yet acted on are forgotten',
    );
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      // Rolls back as well. After a failure nothing is known of the file, so the next operation looks again.
      this.close();
      throw translated(error, this.#path);
    }
  }
}

interface OpenDatabase {
  readonly database: DatabaseSync;
  readonly sql: Sql;
  readonly device: number;
  readonly inode: number;
}

type Found =
  | { readonly is: 'missing' }
  | { readonly is: 'usable'; readonly connection: OpenDatabase }
  | {
      readonly is: 'unusable';
      readonly reason: SetAsideReason;
      readonly what: string;
      readonly close: () => void;
    };

const lockOf = (path: string): string => `${path}.lock`;

const statOf = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });

function isAt(path: string, { device, inode }: OpenDatabase): boolean {
  const stat = statOf(path);
  return stat?.dev === device && stat.ino === inode;
}

/** Opens and checks what is there; the caller holds the lock. It must not be opened by other means: see fcntl(2). */
function open(path: string): Found {
  const stat = statOf(path);
  if (stat === undefined) return { is: 'missing' };
  if (!stat.isFile()) {
    return { is: 'unusable', reason: 'foreign', what: 'is not a regular file', close: () => undefined };
  }
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    const wrong = findWrong(database);
    // Only once its file has another name: to close a database may change it.
    if (wrong !== undefined)
      return {
        is: 'unusable',
        ...wrong,
        close: () => {
          database.close();
        },
      };
    database.exec('PRAGMA synchronous = off');
    const connection = { database, sql: statements(database), device: stat.dev, inode: stat.ino };
    return { is: 'usable', connection };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Says what is not as the ledger makes it, or undefined if all is well. */
export function findWrong(
  database: DatabaseSync,
): { readonly reason: SetAsideReason; readonly what: string } | undefined {
  try {
    const application = pragma(database, 'application_id');
    if (application !== applicationId) {
      return { reason: 'foreign', what: `application_id is ${application}, expected ${applicationId}` };
    }
    const version = pragma(database, 'user_version');
    if (version !== schemaVersion) {
      return { reason: 'version', what: `is of schema version ${version}, expected ${schemaVersion}` };
    }
    const rows = database.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid').all();
    const isOurs = rows.length === schema.length && rows.every(({ sql }, index) => sql === schema[index]);
    if (!isOurs) throw new LedgerDamaged(`its tables are not those of schema version ${schemaVersion}`);
    if (database.prepare('SELECT 1 FROM clock').all().length !== 1)
      throw new LedgerDamaged('its clock is gone');
    return undefined;
  } catch (error) {
    if (isDamage(error)) return { reason: 'corrupt', what: error.message };
    throw error;
  }
}

const pragma = (database: DatabaseSync, name: 'application_id' | 'user_version'): number =>
  Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);

/** Makes the file under another name first, so that whoever dies on the way leaves no half of one. */
function create(path: string): void {
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  removeCompanions(draft);
  removeCompanions(path);
  closeSync(openSync(draft, 'wx', 0o600));
  const database = new DatabaseSync(draft);
  try {
    database.exec(`PRAGMA journal_mode = wal; PRAGMA synchronous = off; BEGIN; ${schema.join(';')};
      PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}`);
    database.exec('INSERT INTO clock VALUES (hex(randomblob(16)), 0)');
    database.exec('COMMIT');
  } finally {
    database.close();
  }
  renameSync(draft, path);
}

/** Prepares each text once for a database. */
export function statements(database: DatabaseSync): Sql {
  const prepared = new Map<string, StatementSync>();
  return (text) => {
    const statement = prepared.get(text) ?? database.prepare(text);
    prepared.set(text, statement);
    return statement;
  };
}
