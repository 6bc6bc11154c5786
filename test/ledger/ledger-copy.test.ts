import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Ledger } from '../../core/ledger/ledger.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const address = { iface: 'eth0', ip: '10.0.0.1', maskBits: 24 };

/** Fails the test if anything is reported. */
const quiet = {
  report: (message: string) => {
    throw new Error(message);
  },
};

test('a copy has what the ledger has, and what is changed in it stays in it, while others use the ledger and after', () => {
  const path = join(temporaryDirectory(), 'ledger.sqlite');
  const ledger = Ledger.open(path, quiet);
  ledger.noteTaken(address);
  ledger.writeState('70.web', { count: 1 });
  ledger.changesFor('60.nfs').acknowledge();
  for (const isOpen of [true, false]) {
    if (!isOpen) ledger.close();
    const before = readFileSync(path);
    const copy = Ledger.copy(path, quiet);
    expect(copy.held()).toEqual([address]);
    expect(copy.readState('70.web')).toEqual({ count: 1 });
    expect(copy.changesFor('60.nfs').changes.any).toBe(false);
    expect(copy.changesFor('70.web').changes.taken).toEqual([address]);
    copy.noteReleased(address.ip);
    copy.writeState('70.web', { count: 2 });
    expect(copy.changesFor('60.nfs').changes.released).toEqual([address]);
    expect(readFileSync(path).equals(before)).toBe(true);
    copy.close();
  }
  expect(ledger.held()).toEqual([address]);
  expect(ledger.readState('70.web')).toEqual({ count: 1 });
});

test('without a ledger a copy is empty, and makes none', () => {
  const directory = temporaryDirectory();
  const copy = Ledger.copy(join(directory, 'ledger.sqlite'), quiet);
  expect(copy.held()).toEqual([]);
  copy.noteTaken(address);
  expect(copy.held()).toEqual([address]);
  expect(readdirSync(directory)).toEqual([]);
});

test('what is no ledger is said, left as it is, and counts as none', () => {
  const path = join(temporaryDirectory(), 'ledger.sqlite');
  writeFileSync(path, 'no database at all'.repeat(100));
  const before = readFileSync(path);
  const said: string[] = [];
  const copy = Ledger.copy(path, { report: (message) => said.push(message) });
  expect(copy.held()).toEqual([]);
  expect(said).toEqual([expect.stringMatching(/ledger\.sqlite: .+; an event would begin a new one$/)]);
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(existsSync(`${path}-wal`)).toBe(false);
});
