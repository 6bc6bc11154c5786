import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PluginStateError, type PluginState } from '../../core/ledger/state-as-json.ts';
import { stateBytesMax } from '../../core/plugin-api/context.ts';
import { temporaryLedger } from './temporary-ledger.ts';

test('a plugin that wrote nothing remembers nothing', () => {
  expect(temporaryLedger().open().readState('60.nfs')).toEqual({});
});

test('state comes back as it was written, for each plugin its own', () => {
  const ledger = temporaryLedger().open();
  const key = fc.string().filter((name) => name !== '__proto__');
  // JSON has no negative zero, and says 0.
  const value = fc.jsonValue({ noNegativeZero: true } as fc.JsonSharedConstraints);
  fc.assert(
    fc.property(fc.dictionary(key, value, { noNullPrototype: true }), (state) => {
      ledger.writeState('60.nfs', state as PluginState);
      ledger.writeState('50.samba', { other: 1 });
      expect(JSON.stringify(ledger.readState('60.nfs'))).toBe(JSON.stringify(state));
    }),
  );
});

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;
const wide = Array<unknown>(1000).fill(Array<unknown>(1000).fill(Array<unknown>(1000).fill(0)));

test.each([
  [
    'a function',
    { jobs: [1, () => 2] },
    /^60\.nfs: state\.jobs\.1 is of type function, expected a JSON value;/,
  ],
  ['undefined', { a: { b: undefined } }, /state\.a\.b is of type undefined, expected a JSON value/],
  ['not a number', { a: Number.NaN }, /state\.a is NaN, expected a JSON value/],
  ['a bigint', { a: 1n }, /state\.a is of type bigint/],
  ['a hole in an array', { a: Array<number>(2) }, /state\.a\.1 is of type undefined/],
  ['a Map', { seen: new Map() }, /state\.seen is an object of class Map/],
  ['a Date', { at: new Date(0) }, /state\.at is an object of class Date/],
  ['an array in place of the object', [1], /state is an object of class Array, expected a plain object/],
  ['an object that holds itself', cyclic, /nests deeper than 100 levels or holds itself/],
  ['more than fits', { wide }, /state has more than 1048576 values/],
  [
    'too many bytes',
    { a: 'ä'.repeat(stateBytesMax / 2) },
    /takes 1048584 bytes as JSON, expected at most 1048576/,
  ],
])('%s is refused, and the old state stays', (_what, state, message) => {
  const ledger = temporaryLedger().open();
  ledger.writeState('60.nfs', { old: true });
  const write = (): void => {
    ledger.writeState('60.nfs', state as PluginState);
  };
  expect(write).toThrow(PluginStateError);
  expect(write).toThrow(message);
  expect(ledger.readState('60.nfs')).toEqual({ old: true });
});

test('state of exactly the greatest size is kept', () => {
  const ledger = temporaryLedger().open();
  const state = { a: 'x'.repeat(stateBytesMax - '{"a":""}'.length) };
  ledger.writeState('60.nfs', state);
  expect(ledger.readState('60.nfs')).toEqual(state);
});
