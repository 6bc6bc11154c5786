import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Ledger } from '../../core/ledger/ledger.ts';
import { LedgerBusy, LedgerUnavailable } from '../../core/ledger/unavailable.ts';
import { temporaryLedger } from './temporary-ledger.ts';

const address = (ip: string) => ({ iface: 'eth0', ip, maskBits: 24 });
const heldIn = (ledger: Ledger): string[] => ledger.changesFor('nobody').changes.taken.map(({ ip }) => ip);

/** The files that were set aside, without their companions. */
const keptIn = (directory: string): string[] =>
  readdirSync(directory).filter((name) => /\.(corrupt|foreign|version)-[^-]+-[^-]+-[^-]+$/.test(name));

const garbage = 'this is not a database\n'.repeat(500);

function writeDatabase(path: string, sql: string): void {
  using database = new DatabaseSync(path);
  database.exec(sql);
}

/**
 * Overwrites everything but the first page, as a failing disk would. In a process of its own: a process that closes
 * a file loses its locks on it.
 */
function spoil(path: string): void {
  const pages = statSync(path).size / 4096 - 1;
  const args = ['if=/dev/urandom', `of=${path}`, 'bs=4096', 'seek=1', `count=${pages}`, 'conv=notrunc'];
  execFileSync('dd', args, { stdio: 'ignore' });
}

const noteAddresses = async (path: string, prefix: string, count: number) =>
  promisify(execFile)(process.execPath, [
    join(import.meta.dirname, 'note-addresses.ts'),
    path,
    prefix,
    String(count),
  ]);

describe('opening', () => {
  test('makes the directory and the files for their owner alone, and says nothing', () => {
    const { directory, reports } = temporaryLedger();
    const path = join(directory, 'run', 'ledger.sqlite');
    const ledger = Ledger.open(path, { report: (message) => expect.unreachable(message) });
    ledger.noteTaken(address('10.0.0.1'));
    const modes = ['', ...readdirSync(join(directory, 'run'))].map(
      (name) => statSync(join(directory, 'run', name)).mode & 0o777,
    );
    ledger.close();
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600, 0o600]);
    expect(reports).toEqual([]);
  });

  test('a process that opens it prints nothing on standard error', async () => {
    const { path } = temporaryLedger();
    expect(await noteAddresses(path, '10.0.0', 1)).toEqual({ stdout: '', stderr: '' });
  });

  test('finds what was there', () => {
    const { open, reports } = temporaryLedger();
    const first = open();
    first.noteTaken(address('10.0.0.1'));
    first.close();
    expect(heldIn(open())).toEqual(['10.0.0.1']);
    expect(reports).toEqual([]);
  });

  test('cleans up after a process that died while it made the file', () => {
    const { open, path, reports } = temporaryLedger();
    for (const left of ['.new', '.new-wal', '.new-shm', '-wal', '-shm']) writeFileSync(path + left, garbage);
    const ledger = open();
    ledger.noteTaken(address('10.0.0.1'));
    expect(heldIn(ledger)).toEqual(['10.0.0.1']);
    expect(reports).toEqual([]);
  });
});

describe('a file that is not usable is set aside with a message', () => {
  const ours = 'PRAGMA application_id = 1668573291;';
  test.each([
    [
      'garbage',
      'corrupt',
      'file is not a database',
      (path: string) => {
        writeFileSync(path, garbage);
      },
    ],
    [
      'an empty file',
      'foreign',
      'application_id is 0, expected',
      (path: string) => {
        writeFileSync(path, '');
      },
    ],
    [
      'a directory',
      'foreign',
      'is not a regular file',
      (path: string) => {
        mkdirSync(path);
      },
    ],
    [
      'a dangling link',
      'foreign',
      'is not a regular file',
      (path: string) => {
        symlinkSync('/nowhere', path);
      },
    ],
    [
      'a database of another program',
      'foreign',
      'application_id is 0',
      (path: string) => {
        writeDatabase(path, 'PRAGMA journal_mode = wal; CREATE TABLE theirs (a)');
      },
    ],
    [
      'another version',
      'version',
      'is of schema version 2, expected 1',
      (path: string) => {
        writeDatabase(path, `${ours} PRAGMA user_version = 2`);
      },
    ],
    [
      'other tables',
      'corrupt',
      'its tables are not those of',
      (path: string) => {
        writeDatabase(path, `${ours} PRAGMA user_version = 1; CREATE TABLE hold (a)`);
      },
    ],
  ] as const)('%s', (_what, reason, why, make) => {
    const { open, path, directory, reports } = temporaryLedger();
    make(path);
    const ledger = open();
    ledger.noteTaken(address('10.0.0.1'));
    expect(heldIn(ledger)).toEqual(['10.0.0.1']);
    const [kept = ''] = keptIn(directory);
    expect(kept).toMatch(new RegExp(`^ledger\\.sqlite\\.${reason}-\\d{4}-\\d\\d-\\d\\dT\\d{6}\\.\\d{3}Z$`));
    expect(reports).toHaveLength(1);
    expect(reports[0]).toContain(`ledger ${path}: ${why}`);
    expect(reports[0]).toContain(`kept as ${join(directory, kept)}, starting a new one`);
  });

  test('its content stays as it was', () => {
    const { open, path, directory } = temporaryLedger();
    writeFileSync(path, garbage);
    open();
    expect(readFileSync(join(directory, keptIn(directory)[0] ?? ''), 'utf8')).toBe(garbage);
  });

  test('only the newest eight are kept, and the removal is reported', () => {
    const { open, path, directory, reports } = temporaryLedger();
    const kept: string[] = [];
    for (let round = 0; round < 10; round++) {
      writeFileSync(path, garbage);
      open().close();
      kept.push(...keptIn(directory).filter((name) => !kept.includes(name)));
      rmSync(path);
    }
    expect(keptIn(directory).sort()).toEqual(kept.slice(2));
    expect(reports.filter((line) => line.includes('since 8 newer ones are kept'))).toEqual(
      kept
        .slice(0, 2)
        .map((name) => `ledger ${path}: removed ${join(directory, name)}, since 8 newer ones are kept`),
    );
  });
});

describe('damage found while the file is open', () => {
  /** Two ledgers that have the file open, which is then spoilt. */
  function spoiltWhileOpen() {
    const temporary = temporaryLedger();
    const first = temporary.open();
    for (let host = 0; host < 250; host++) first.noteTaken(address(`10.0.1.${host}`));
    first.close();
    const processes = [temporary.open(), temporary.open()] as const;
    spoil(temporary.path);
    return { ...temporary, processes };
  }

  test('sets the file aside, and the operation succeeds on a fresh one', () => {
    const { processes, directory, reports } = spoiltWhileOpen();
    processes[0].noteTaken(address('10.0.0.1'));
    expect(heldIn(processes[0])).toEqual(['10.0.0.1']);
    expect(keptIn(directory)).toEqual([expect.stringContaining('.corrupt-')]);
    expect(reports).toEqual([expect.stringContaining('malformed')]);
  });

  test('another process that meets it later leaves the fresh file where it is', () => {
    const { processes, directory, open } = spoiltWhileOpen();
    processes[0].noteTaken(address('10.0.0.1'));
    processes[1].noteTaken(address('10.0.0.2'));
    expect(keptIn(directory)).toHaveLength(1);
    expect(heldIn(open())).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  test('another process that closes the old file takes nothing from the fresh one', () => {
    const { processes, open } = spoiltWhileOpen();
    processes[0].noteTaken(address('10.0.0.1'));
    processes[1].close();
    processes[0].noteTaken(address('10.0.0.2'));
    expect(heldIn(open())).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  test('what was told from the old file is not acknowledged in the fresh one', () => {
    const { open, path, reports } = temporaryLedger();
    const ledger = open();
    ledger.noteTaken(address('10.0.0.1'));
    const { acknowledge } = ledger.changesFor('60.nfs');
    ledger.close();
    writeFileSync(path, garbage);
    ledger.noteTaken(address('10.0.0.1'));
    acknowledge();
    expect(ledger.changesFor('60.nfs').changes.taken).toEqual([address('10.0.0.1')]);
    expect(reports).toHaveLength(1);
  });
});

test('a file removed while it is open is made anew, and this is reported', () => {
  const { open, path, reports } = temporaryLedger();
  const ledger = open();
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix);
  ledger.noteTaken(address('10.0.0.1'));
  expect(heldIn(open())).toEqual(['10.0.0.1']);
  expect(reports).toEqual([`ledger ${path}: was replaced or removed; repeating on what is there`]);
});

describe('several processes at once', () => {
  test.each([
    ['no file', 0, () => undefined],
    [
      'a file that is not usable',
      1,
      (path: string) => {
        writeFileSync(path, garbage);
      },
    ],
  ] as const)('find %s: each notes its addresses, and none is lost', async (_what, kept, make) => {
    const { open, path, directory } = temporaryLedger();
    make(path);
    const prefixes = Array.from({ length: 8 }, (_, process) => `10.0.${process}`);
    const outcomes = await Promise.all(prefixes.map(async (prefix) => noteAddresses(path, prefix, 20)));
    expect(outcomes.map(({ stderr }) => stderr).join('')).toBe('');
    expect(outcomes.flatMap(({ stdout }) => stdout.split('\n').slice(0, -1))).toHaveLength(kept);
    expect(keptIn(directory)).toHaveLength(kept);
    expect(heldIn(open())).toHaveLength(8 * 20);
  });
});

describe('what cannot be helped is an error that says so', () => {
  test('a lock that another process keeps', () => {
    const { open, path, directory } = temporaryLedger();
    const ledger = open();
    using other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const note = (): void => {
      ledger.noteTaken(address('10.0.0.1'));
    };
    expect(note).toThrow(LedgerBusy);
    expect(note).toThrow(
      `ledger ${path}: locked by another process for more than 1000 ms (database is locked)`,
    );
    other.exec('ROLLBACK');
    note();
    expect(heldIn(ledger)).toEqual(['10.0.0.1']);
    expect(keptIn(directory)).toEqual([]);
  });

  test.each([
    ['below a file', '/etc/passwd/ctdb/ledger.sqlite', 'EEXIST: file already exists, mkdir'],
    [
      'where nothing can be made',
      '/proc/ctdb-hook/ledger.sqlite',
      'ENOENT: no such file or directory, mkdir',
    ],
  ])('a directory %s', (_what, path, code) => {
    const opening = (): Ledger => Ledger.open(path, { report: (message) => expect.unreachable(message) });
    expect(opening).toThrow(LedgerUnavailable);
    expect(opening).toThrow(`ledger ${path}: cannot be read or written (${code}`);
    expect(opening).toThrow('expected a directory that this process may write to');
  });

  test('a lock file with something in it', () => {
    const { open, path } = temporaryLedger();
    writeFileSync(`${path}.lock`, garbage);
    expect(open).toThrow(LedgerUnavailable);
    expect(open).toThrow(`ledger ${path}.lock: expected an empty lock file; remove this one`);
  });
});
