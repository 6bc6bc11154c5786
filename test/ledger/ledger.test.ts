import { describe, expect, test } from 'vitest';
import type { PublicAddress } from '../../core/events/address.ts';
import { noChanges } from '../../core/events/changes.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import { temporaryLedger } from './temporary-ledger.ts';

const address = (ip: string, iface = 'eth0', maskBits = 24): PublicAddress => ({ iface, ip, maskBits });
const a = address('10.0.0.10');
const b = address('10.0.0.9');

/** A ledger in which `60.nfs` has acknowledged that `held` is held. */
function ledgerHolding(...held: PublicAddress[]): Ledger {
  const ledger = temporaryLedger().open();
  for (const one of held) ledger.noteTaken(one);
  ledger.changesFor('60.nfs').acknowledge();
  return ledger;
}

const changes = (ledger: Ledger, plugin = '60.nfs') => ledger.changesFor(plugin).changes;

describe('what a plugin is told', () => {
  test('a plugin not seen before gets every held address as taken, ordered byte by byte', () => {
    const ledger = ledgerHolding(b, address('fd00::1', 'eth1', 64), a);
    const taken = [a, b, address('fd00::1', 'eth1', 64)];
    expect(changes(ledger, 'new')).toEqual({ ...noChanges, taken, any: true });
  });

  test('nothing is told twice once it is acknowledged', () => {
    expect(changes(ledgerHolding(a))).toEqual(noChanges);
  });

  test('changes that are not acknowledged are told again, together with later ones', () => {
    const ledger = ledgerHolding();
    ledger.noteTaken(a);
    expect(changes(ledger).taken).toEqual([a]);
    ledger.noteTaken(b);
    expect(changes(ledger).taken).toEqual([a, b]);
  });

  test('an address that came and went in between is not mentioned', () => {
    const ledger = ledgerHolding();
    ledger.noteTaken(a);
    ledger.noteReleased(a.ip);
    expect(changes(ledger)).toEqual(noChanges);
  });

  test('a released address is named with the place it had', () => {
    const ledger = ledgerHolding(a);
    ledger.noteReleased(a.ip);
    expect(changes(ledger)).toEqual({ ...noChanges, released: [a], any: true });
  });

  test('an address released and taken back is retaken, also on another interface', () => {
    const ledger = ledgerHolding(a, b);
    ledger.noteReleased(a.ip);
    ledger.noteReleased(b.ip);
    ledger.noteTaken(a);
    ledger.noteTaken({ ...b, iface: 'eth1' });
    expect(changes(ledger)).toEqual({ ...noChanges, retaken: [a, { ...b, iface: 'eth1' }], any: true });
  });

  test('an address retaken and then moved is still retaken', () => {
    const ledger = ledgerHolding(a);
    ledger.noteReleased(a.ip);
    ledger.noteTaken(a);
    ledger.noteMoved({ oldIface: 'eth0', newIface: 'eth2', ip: a.ip, maskBits: 24 });
    expect(changes(ledger).retaken).toEqual([{ ...a, iface: 'eth2' }]);
  });

  test('an address that moves twice is one move from where it was', () => {
    const ledger = ledgerHolding(a);
    ledger.noteMoved({ oldIface: 'eth0', newIface: 'eth1', ip: a.ip, maskBits: 24 });
    ledger.noteMoved({ oldIface: 'eth1', newIface: 'eth2', ip: a.ip, maskBits: 24 });
    const moved = [{ oldIface: 'eth0', newIface: 'eth2', ip: a.ip, maskBits: 24 }];
    expect(changes(ledger)).toEqual({ ...noChanges, moved, any: true });
  });

  test('a move there and back again is nothing', () => {
    const ledger = ledgerHolding(a);
    ledger.noteMoved({ oldIface: 'eth0', newIface: 'eth1', ip: a.ip, maskBits: 24 });
    ledger.noteMoved({ oldIface: 'eth1', newIface: 'eth0', ip: a.ip, maskBits: 24 });
    expect(changes(ledger)).toEqual(noChanges);
  });

  test('a mask that changes is a move from the interface to itself', () => {
    const ledger = ledgerHolding(a);
    ledger.noteTaken({ ...a, maskBits: 16 });
    expect(changes(ledger).moved).toEqual([{ oldIface: 'eth0', newIface: 'eth0', ip: a.ip, maskBits: 16 }]);
  });

  test('a move of an address that was not held takes it', () => {
    const ledger = ledgerHolding();
    ledger.noteMoved({ oldIface: '__none__', newIface: 'eth1', ip: a.ip, maskBits: 24 });
    expect(changes(ledger).taken).toEqual([{ ...a, iface: 'eth1' }]);
  });

  test('takeip of an address that is held elsewhere is a move', () => {
    const ledger = ledgerHolding(a);
    ledger.noteTaken({ ...a, iface: 'eth1' });
    expect(changes(ledger).moved).toEqual([{ oldIface: 'eth0', newIface: 'eth1', ip: a.ip, maskBits: 24 }]);
  });
});

describe('several processes', () => {
  test('note the same events one after another, and it counts once', () => {
    const { open } = temporaryLedger();
    const [one, other] = [open(), open()];
    one.noteTaken(a);
    one.changesFor('60.nfs').acknowledge();
    other.noteTaken(a);
    expect(changes(one)).toEqual(noChanges);
    one.noteReleased(a.ip);
    other.noteReleased(a.ip);
    expect(changes(other).released).toEqual([a]);
  });

  test('note several at once as they do one by one', () => {
    const ledger = ledgerHolding(a);
    ledger.together(() => {
      ledger.noteReleased(a.ip);
      ledger.noteTaken(b);
      ledger.noteTaken(a);
    });
    expect(changes(ledger)).toEqual({ ...noChanges, taken: [b], retaken: [a], any: true });
  });

  test('note all or none of several that are noted at once', () => {
    const ledger = ledgerHolding(a);
    const fail = () => {
      ledger.together(() => {
        ledger.noteReleased(a.ip);
        throw new Error('not this one');
      });
    };
    expect(fail).toThrow('not this one');
    expect(changes(ledger)).toEqual(noChanges);
    ledger.noteTaken(b);
    expect(changes(ledger)).toEqual({ ...noChanges, taken: [b], any: true });
  });

  test('a change noted while a handler runs is not acknowledged with the ones it was told of', () => {
    const ledger = ledgerHolding();
    ledger.noteTaken(a);
    const pending = ledger.changesFor('60.nfs');
    ledger.noteTaken(b);
    pending.acknowledge();
    expect(changes(ledger)).toEqual({ ...noChanges, taken: [b], any: true });
  });

  test('an address told of and released before it is acknowledged is told as released', () => {
    const ledger = ledgerHolding();
    ledger.noteTaken(a);
    const pending = ledger.changesFor('60.nfs');
    ledger.noteReleased(a.ip);
    pending.acknowledge();
    expect(changes(ledger)).toEqual({ ...noChanges, released: [a], any: true });
  });

  test('an acknowledgement that comes late moves no position backwards', () => {
    const ledger = ledgerHolding();
    const slow = ledger.changesFor('60.nfs');
    ledger.noteTaken(a);
    ledger.changesFor('60.nfs').acknowledge();
    slow.acknowledge();
    expect(changes(ledger)).toEqual(noChanges);
  });

  test('an acknowledgement from before clear counts for nothing', () => {
    const ledger = ledgerHolding(a);
    const early = ledger.changesFor('new');
    ledger.clear();
    ledger.noteTaken(b);
    early.acknowledge();
    expect(changes(ledger, 'new').taken).toEqual([b]);
  });
});

describe("the kernel's answer", () => {
  test('closes what is not there, opens what is there, and moves what is elsewhere', () => {
    const [c, d] = [address('10.0.0.11'), address('10.0.0.12')];
    const ledger = ledgerHolding(a, b, c);
    ledger.reconcile([b, { ...c, iface: 'eth1' }, d]);
    expect(changes(ledger)).toEqual({
      taken: [d],
      released: [a],
      moved: [{ oldIface: 'eth0', newIface: 'eth1', ip: c.ip, maskBits: 24 }],
      retaken: [],
      any: true,
    });
  });

  test('an address that releaseip did not get rid of was retaken', () => {
    const ledger = ledgerHolding(a);
    ledger.noteReleased(a.ip);
    ledger.reconcile([a]);
    expect(changes(ledger).retaken).toEqual([a]);
  });

  test('an address on two interfaces stays where the ledger has it', () => {
    const ledger = ledgerHolding({ ...a, iface: 'eth1' });
    ledger.reconcile([a, { ...a, iface: 'eth1', maskBits: 32 }, { ...a, iface: 'eth1' }]);
    expect(changes(ledger)).toEqual(noChanges);
  });

  test('an interface that ctdbd knows by an altname is the same interface', () => {
    const ledger = ledgerHolding({ ...a, iface: 'public0' });
    ledger.reconcile([{ ...a, altnames: ['enp1s0', 'public0'] }]);
    expect(changes(ledger)).toEqual(noChanges);
  });
});

describe('what is forgotten', () => {
  test('clear empties addresses, positions and states', () => {
    const ledger = ledgerHolding(a);
    ledger.writeState('60.nfs', { reload: true });
    ledger.clear();
    expect(changes(ledger)).toEqual(noChanges);
    expect(ledger.readState('60.nfs')).toEqual({});
    ledger.noteTaken(a);
    expect(changes(ledger).taken).toEqual([a]);
  });

  test('keepOnly forgets position and state of plugins that are gone, and of no others', () => {
    const ledger = ledgerHolding(a);
    ledger.changesFor('50.samba').acknowledge();
    ledger.writeState('60.nfs', { n: 1 });
    ledger.writeState('50.samba', { n: 2 });
    ledger.keepOnly(['60.nfs', '49.winbind']);
    expect(changes(ledger)).toEqual(noChanges);
    expect(changes(ledger, '50.samba').taken).toEqual([a]);
    expect([ledger.readState('60.nfs'), ledger.readState('50.samba')]).toEqual([{ n: 1 }, {}]);
  });
});
