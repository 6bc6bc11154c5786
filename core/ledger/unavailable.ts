/** The ledger cannot be used: its directory or file cannot be made, read or written. The caller decides what then. */
export class LedgerUnavailable extends Error {
  override name = 'LedgerUnavailable';

  constructor(path: string, what: string, options?: ErrorOptions) {
    super(`ledger ${path}: ${what}`, options);
  }
}

/** Another process has kept the ledger locked for longer than the busy timeout. Nothing is wrong with the file. */
export class LedgerBusy extends LedgerUnavailable {
  override name = 'LedgerBusy';
}
