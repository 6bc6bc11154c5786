import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Ledger } from '../../core/ledger/ledger.ts';
import { lookAtLedger } from '../../core/ledger/look-at-ledger.ts';
import { plant, temporaryDirectory } from '../support/temporary-directory.ts';

const address = (last: number) => ({ ip: `10.0.0.${last}`, iface: 'eth0', maskBits: 24 });

test('it says how many addresses are held, and what plugins still have to act on', () => {
  const path = join(temporaryDirectory(), 'ledger.sqlite');
  const ledger = Ledger.open(path, { report: () => undefined });
  ledger.noteTaken(address(1));
  ledger.changesFor('60.nfs').acknowledge();
  ledger.changesFor('50.samba').acknowledge();
  ledger.noteTaken(address(2));
  ledger.noteReleased('10.0.0.1');
  ledger.changesFor('50.samba').acknowledge();
  const view = lookAtLedger(path);
  expect(view).toMatchObject({ addressesHeld: 1, changesWaiting: new Map([['60.nfs', 2]]) });
  expect(view?.bytes).toBeGreaterThan(0);
  ledger.close();
});

test('where there is none, or none that can be read, nothing is known and nothing is made', () => {
  const directory = temporaryDirectory({ damaged: 'no database' });
  for (const name of ['none', 'damaged']) expect(lookAtLedger(join(directory, name))).toBeUndefined();
  expect(readdirSync(directory)).toEqual(['damaged']);
  plant(directory, {});
});
