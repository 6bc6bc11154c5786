import { type Codec, takeWithin } from './codec.ts';

/**
 * Fields in wire order, as the object literal has them. `struct({ reqid: u32, name: text })`:
 *
 *     0x07000000040000006f6e6500
 *       │       └── name: 'one'
 *       └────────── reqid: 7
 */
export function struct<T extends object>(fields: { readonly [K in keyof T]: Codec<T[K]> }): Codec<T> {
  const entries = Object.entries(fields) as [keyof T & string, Codec<T[keyof T & string]>][];
  return {
    size(value) {
      let sum = 0;
      for (const [name, codec] of entries) sum += codec.size(value[name]);
      return sum;
    },
    put(value, bytes, offset) {
      let at = offset;
      for (const [name, codec] of entries) at = codec.put(value[name], bytes, at);
      return at;
    },
    take(bytes, offset) {
      const value: Partial<T> = {};
      let at = offset;
      for (const [name, codec] of entries) [value[name], at] = takeWithin(name, codec, bytes, at);
      return [value as T, at];
    },
  };
}
