/** Marks a SQLite file as a ledger (`PRAGMA application_id`): the letters `cthk`. */
export const applicationId = 0x6374686b;

/** The version of the tables below (`PRAGMA user_version`). */
export const schemaVersion = 1;

/**
 * The tables.
 *
 * - `clock` has one row: `seq` grows with every change of what is held; `life` is another one after each `clear`.
 * - `hold` is a period in which the node held an address in one place: from `fromSeq` up to before `toSeq`, or still
 *   (null). `takenSeq` is where the continuous holding began; a move carries it along.
 * - `position` is the `seq` up to which a plugin has acknowledged; `NN.name/seq` is one at which it was told of changes that it has
 *   not acknowledged.
 * - `state` is what a plugin remembers, as JSON.
 *
 * Invariant on size: an address has at most one open hold, and every closed hold covers at least one position
 * (`fromSeq <= position < toSeq`). So there are no more rows than addresses held now, plus one for each pair of an
 * address and a position that lags behind.
 */
export const schema = [
  'CREATE TABLE clock (life TEXT NOT NULL, seq INTEGER NOT NULL) STRICT',
  `CREATE TABLE hold (
    ip TEXT NOT NULL, iface TEXT NOT NULL, maskBits INTEGER NOT NULL,
    fromSeq INTEGER NOT NULL, toSeq INTEGER, takenSeq INTEGER NOT NULL,
    PRIMARY KEY (ip, fromSeq)
  ) STRICT, WITHOUT ROWID`,
  'CREATE UNIQUE INDEX openHold ON hold (ip) WHERE toSeq IS NULL',
  'CREATE INDEX closedHold ON hold (toSeq) WHERE toSeq IS NOT NULL',
  'CREATE TABLE position (plugin TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID',
  'CREATE TABLE state (plugin TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT',
] as const;
