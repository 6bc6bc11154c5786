import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Ledger } from '../../core/ledger/ledger.ts';

/** A ledger in a directory that goes with the test. */
export interface TemporaryLedger {
  readonly directory: string;
  readonly path: string;
  /** What all ledgers opened here reported. */
  readonly reports: readonly string[];
  /** Opens the ledger once more, as another process would. */
  readonly open: () => Ledger;
}

/** Makes a directory for a ledger; nothing is in it yet. */
export function temporaryLedger(): TemporaryLedger {
  const directory = mkdtempSync(join(tmpdir(), 'ctdb-hook-ledger-'));
  const path = join(directory, 'ledger.sqlite');
  const reports: string[] = [];
  const opened: Ledger[] = [];
  onTestFinished(() => {
    for (const ledger of opened) ledger.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const open = (): Ledger => {
    const ledger = Ledger.open(path, { report: (message) => reports.push(message) });
    opened.push(ledger);
    return ledger;
  };
  return { directory, path, reports, open };
}
