import { LedgerBusy, LedgerUnavailable } from './unavailable.ts';

/** How long SQLite waits for a lock that another process has, in milliseconds. */
export const busyTimeoutMs = 1000;

/** Primary result codes of SQLite (https://sqlite.org/rescode.html). */
const codes = {
  permission: 3,
  busy: 5,
  locked: 6,
  memory: 7,
  readOnly: 8,
  inputOutput: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  protocol: 15,
  format: 24,
  notADatabase: 26,
} as const;

const damage: readonly number[] = [codes.corrupt, codes.format, codes.notADatabase];
const busy: readonly number[] = [codes.busy, codes.locked, codes.protocol];
const environment: readonly number[] = [
  codes.permission,
  codes.memory,
  codes.readOnly,
  codes.inputOutput,
  codes.full,
  codes.cannotOpen,
];

/** What the file holds cannot be what the ledger wrote. `message` says what is wrong. */
export class LedgerDamaged extends Error {
  override name = 'LedgerDamaged';
}

/** Whether an error of `node:sqlite` means that the content of the file is wrong. */
export const isDamage = (error: unknown): error is Error =>
  error instanceof LedgerDamaged || damage.includes(primaryCode(error));

/** The error to throw for an error of `node:sqlite`. An error that the surroundings have not caused stays as it is. */
export function translated(error: unknown, path: string): unknown {
  if (!(error instanceof Error)) return error;
  const code = primaryCode(error);
  if (busy.includes(code)) {
    const what = `locked by another process for more than ${busyTimeoutMs} ms (${error.message})`;
    return new LedgerBusy(path, what, { cause: error });
  }
  if (environment.includes(code) || isSystemError(error)) {
    const what = `cannot be read or written (${error.message}), expected a directory that this process may write to`;
    return new LedgerUnavailable(path, what, { cause: error });
  }
  return error;
}

/** Extended codes carry the primary one in their lowest byte; 0 for what is not an error of SQLite. */
function primaryCode(error: unknown): number {
  const isSqlite = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
  return isSqlite ? (error.errcode as number) & 0xff : 0;
}

const isSystemError = (error: Error): boolean => 'syscall' in error && 'errno' in error;
