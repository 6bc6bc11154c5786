import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadLibc } from '../../core/process/libc.ts';
import { stringArray } from '../../core/process/string-array.ts';

const { addressOf } = await loadLibc();

/** What C reads there, if it stands in the array itself: an offset outside of it throws. */
function read(array: Buffer, index: number): string | null {
  const pointer = array.readBigUInt64LE(8 * index);
  if (pointer === 0n) return null;
  const offset = Number(pointer - addressOf(array));
  expect(offset).toBeGreaterThanOrEqual(0);
  expect(offset).toBeLessThan(array.length);
  return array.toString('utf8', offset, array.indexOf(0, offset));
}

it('every pointer of an array leads to its string in the memory of the array itself, and the last one is null', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((each) => !each.includes('\0'));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 20 }), (strings) => {
      const array = stringArray(addressOf, strings);
      const found = Array.from({ length: strings.length + 1 }, (_, index) => read(array, index));
      expect(found).toEqual([...strings, null]);
    }),
  );
});
