import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PublicAddress } from '../../core/events/address.ts';
import type { AddressChanges } from '../../core/events/changes.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import { temporaryLedger } from './temporary-ledger.ts';

const plugins = ['10.interface', '50.samba', '60.nfs'] as const;

/** The whole history, which the ledger does not keep: what was held after every step. */
class Model {
  #history: ReadonlyMap<string, PublicAddress>[] = [new Map()];
  readonly positions = new Map<string, number>();
  life = 0;

  get time(): number {
    return this.#history.length - 1;
  }

  get held(): ReadonlyMap<string, PublicAddress> {
    return this.#at(this.time);
  }

  become(held: readonly PublicAddress[]): void {
    this.#history.push(new Map(held.map((address) => [address.ip, address])));
  }

  acknowledge(plugin: string, time: number, life: number): void {
    if (life === this.life) this.positions.set(plugin, Math.max(time, this.positions.get(plugin) ?? 0));
  }

  clear(): void {
    this.become([]);
    this.positions.clear();
    this.life++;
  }

  changesFor(plugin: string): AddressChanges {
    const position = this.positions.get(plugin);
    const past = position === undefined ? new Map<string, PublicAddress>() : this.#at(position);
    const since = this.#history.slice(position ?? 0);
    const changes = { taken: [], released: [], moved: [], retaken: [] } as Record<string, object[]>;
    for (const ip of [...new Set([...past.keys(), ...this.held.keys()])].sort()) {
      const [then, now] = [past.get(ip), this.held.get(ip)];
      if (now === undefined) changes['released']?.push(then ?? {});
      else if (then === undefined) changes['taken']?.push(now);
      else if (since.some((held) => !held.has(ip))) changes['retaken']?.push(now);
      else if (now.iface !== then.iface || now.maskBits !== then.maskBits) {
        changes['moved']?.push({ oldIface: then.iface, newIface: now.iface, ip, maskBits: now.maskBits });
      }
    }
    const any = Object.values(changes).some((list) => list.length > 0);
    return { ...changes, any } as unknown as AddressChanges;
  }

  #at(time: number): ReadonlyMap<string, PublicAddress> {
    return this.#history[time] ?? new Map();
  }
}

const anIp = fc.constantFrom('10.0.0.1', '10.0.0.2', 'fd00::1');
const anAddress = fc.record({
  ip: anIp,
  iface: fc.constantFrom('eth0', 'eth1'),
  maskBits: fc.constantFrom(24, 24, 24, 25),
});
const aPlugin = fc.constantFrom(...plugins);

const aStep = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant('take' as const), address: anAddress }) },
  { weight: 5, arbitrary: fc.record({ does: fc.constant('release' as const), ip: anIp }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('move' as const), address: anAddress }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('reconcile' as const),
      held: fc.uniqueArray(anAddress, { selector: ({ ip }) => ip }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ does: fc.constant('ask' as const), plugin: aPlugin }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constant('acknowledge' as const), which: fc.nat(5) }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('keep' as const), plugins: fc.subarray([...plugins]) }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('clear' as const) }) },
);
type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never;

/** Changes told and not acknowledged yet, as processes have them that run at the same time. */
type Asked = (() => void)[];

function apply(step: Step, ledger: Ledger, model: Model, asked: Asked): void {
  const others = (ip: string): PublicAddress[] => [...model.held.values()].filter((one) => one.ip !== ip);
  switch (step.does) {
    case 'take':
      ledger.noteTaken(step.address);
      model.become([...others(step.address.ip), step.address]);
      return;
    case 'release':
      ledger.noteReleased(step.ip);
      model.become(others(step.ip));
      return;
    case 'move':
      ledger.noteMoved({ ...step.address, oldIface: '__none__', newIface: step.address.iface });
      model.become([...others(step.address.ip), step.address]);
      return;
    case 'reconcile':
      ledger.reconcile(step.held);
      model.become(step.held);
      return;
    case 'ask': {
      const { acknowledge } = ledger.changesFor(step.plugin);
      const { time, life } = model;
      asked.push(() => {
        acknowledge();
        model.acknowledge(step.plugin, time, life);
      });
      return;
    }
    case 'acknowledge':
      asked.splice(step.which % Math.max(1, asked.length), 1)[0]?.();
      return;
    case 'keep':
      ledger.keepOnly(step.plugins);
      for (const plugin of plugins) if (!step.plugins.includes(plugin)) model.positions.delete(plugin);
      return;
    case 'clear':
      ledger.clear();
      model.clear();
  }
}

/** The invariant on size that `schema.ts` states. */
function expectBounded(path: string, held: number): void {
  using database = new DatabaseSync(path, { readOnly: true });
  const count = (sql: string): unknown => database.prepare(`SELECT count(*) AS n FROM ${sql}`).get()?.['n'];
  expect(count('hold WHERE toSeq IS NULL')).toBe(held);
  const needed = 'SELECT 1 FROM position WHERE fromSeq <= seq AND seq < toSeq';
  expect(count(`hold WHERE toSeq IS NOT NULL AND NOT EXISTS (${needed})`)).toBe(0);
  const twice = `SELECT 1 FROM hold JOIN position ON fromSeq <= seq AND coalesce(seq < toSeq, TRUE)
    GROUP BY plugin, ip HAVING count(*) > 1`;
  expect(count(`(${twice})`)).toBe(0);
}

test('any sequence of events, reconciliations and acknowledgements tells each plugin what a full history would', () => {
  const { open, path, reports } = temporaryLedger();
  const processes = [open(), open()] as const;
  fc.assert(
    fc.property(fc.array(fc.tuple(aStep, fc.constantFrom(0, 1)), { maxLength: 50, size: 'max' }), (steps) => {
      processes[0].clear();
      const model = new Model();
      const asked: Asked = [];
      for (const [step, process] of steps) {
        apply(step, processes[process], model, asked);
        for (const plugin of plugins) {
          expect(processes[0].changesFor(plugin).changes).toEqual(model.changesFor(plugin));
        }
        expectBounded(path, model.held.size);
      }
    }),
    { numRuns: 300 },
  );
  expect(reports).toEqual([]);
});

test('the table stays small however often addresses change while a plugin lags behind', () => {
  const { open, path } = temporaryLedger();
  const ledger = open();
  ledger.noteTaken({ iface: 'eth0', ip: '10.0.0.1', maskBits: 24 });
  ledger.changesFor('lagging').acknowledge();
  for (let round = 0; round < 300; round++) {
    ledger.noteReleased('10.0.0.1');
    ledger.noteTaken({ iface: `eth${round % 3}`, ip: '10.0.0.1', maskBits: 24 });
    ledger.changesFor('60.nfs').acknowledge();
  }
  using database = new DatabaseSync(path, { readOnly: true });
  expect(database.prepare('SELECT count(*) AS n FROM hold').get()).toEqual({ n: 2 });
});
