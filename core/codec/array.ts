import { type Codec, takeWithin } from './codec.ts';
import { MalformedPacket } from './malformed-packet.ts';
import { i32 } from './numbers.ts';

/**
 * An i32 count, and as many elements, at most `countMax`: RangeError for more. `array(u32, 100)`:
 *
 *     0x020000000700000009000000
 *       │       │       └── 9
 *       │       └────────── 7
 *       └────────────────── count
 */
export function array<T>(element: Codec<T>, countMax: number): Codec<readonly T[]> {
  return {
    size: (values) => values.reduce((sum, value) => sum + element.size(value), i32.size(values.length)),
    put(values, bytes, offset) {
      const count = values.length;
      if (count > countMax)
        throw new RangeError(`Cannot encode array: expected at most ${countMax}, got ${count}`);
      return values.reduce((at, value) => element.put(value, bytes, at), i32.put(count, bytes, offset));
    },
    take(bytes, offset) {
      const [count, start] = i32.take(bytes, offset);
      if (count < 0 || count > countMax) {
        throw new MalformedPacket('array', offset, `a count from 0 to ${countMax}`, `${count}`);
      }
      const values: T[] = [];
      let at = start;
      for (let index = 0; index < count; index += 1) {
        const [value, end] = takeWithin(`[${index}]`, element, bytes, at);
        values.push(value);
        at = end;
      }
      return [values, at];
    },
  };
}
