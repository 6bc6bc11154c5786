import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Ledger } from '../../core/ledger/ledger.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const address = { ip: '10.0.0.1', iface: 'eth0', maskBits: 24 };
const other = { ip: '10.0.0.2', iface: 'eth0', maskBits: 24 };
/** A file, as on a node. */
const open = (): Ledger =>
  Ledger.open(join(temporaryDirectory(), 'ledger.sqlite'), { report: () => undefined });
const ips = (list: readonly { readonly ip: string }[]): readonly string[] => list.map(({ ip }) => ip);

test('a plugin that was told of an address, and did not acknowledge it, is told of its release', () => {
  const ledger = open();
  ledger.noteTaken(address);
  expect(ips(ledger.tell('70.web').changes.taken)).toEqual(['10.0.0.1']);
  ledger.noteReleased('10.0.0.1');
  const { changes, acknowledge } = ledger.tell('70.web');
  expect(changes).toEqual({ taken: [], released: [address], moved: [], retaken: [], any: true });
  acknowledge();
  expect(ledger.tell('70.web').changes.any).toBe(false);
  ledger.close();
});

test('a plugin that was not told of an address is not told of its release either', () => {
  const ledger = open();
  ledger.noteTaken(address);
  ledger.tell('70.web');
  ledger.noteTaken(other);
  ledger.noteReleased('10.0.0.2');
  expect(ips(ledger.tell('70.web').changes.released)).toEqual([]);
  expect(ips(ledger.tell('71.other').changes.released)).toEqual([]);
  ledger.close();
});

test('each of several attempts counts, and all are forgotten with the acknowledgement', () => {
  const ledger = open();
  ledger.noteTaken(address);
  ledger.tell('70.web');
  ledger.noteTaken(other);
  ledger.tell('70.web');
  ledger.noteReleased('10.0.0.1');
  ledger.tell('70.web');
  ledger.noteReleased('10.0.0.2');
  const { changes, acknowledge } = ledger.tell('70.web');
  expect(ips(changes.released)).toEqual(['10.0.0.1', '10.0.0.2']);
  acknowledge();
  ledger.noteTaken(address);
  ledger.tell('70.web').acknowledge();
  ledger.noteReleased('10.0.0.1');
  expect(ips(ledger.tell('70.web').changes.released)).toEqual(['10.0.0.1']);
  ledger.close();
});

test('an address that was told, released and taken again is taken, once', () => {
  const ledger = open();
  ledger.noteTaken(address);
  ledger.tell('70.web');
  ledger.noteReleased('10.0.0.1');
  ledger.noteTaken(address);
  expect(ledger.tell('70.web').changes).toMatchObject({ taken: [address], released: [], retaken: [] });
  ledger.close();
});

test('a hundred attempts of one plugin keep a bounded number of rows, and the last one counts', () => {
  const ledger = open();
  for (let number = 1; number <= 100; number++) {
    ledger.noteTaken({ ...address, ip: `10.0.0.${number}` });
    ledger.tell('70.web');
  }
  ledger.noteReleased('10.0.0.100');
  expect(ips(ledger.tell('70.web').changes.released)).toEqual(['10.0.0.100']);
  ledger.forget(['70.web']);
  expect(ips(ledger.tell('70.web').changes.released)).toEqual([]);
  ledger.close();
});
