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
    size: (value) => entries.reduce((sum, [name, codec]) => sum + codec.size(value[name]), 0),
    put: (value, bytes, offset) =>
      entries.reduce((at, [name, codec]) => codec.put(value[name], bytes, at), offset),
    take(bytes, offset) {
      const value: Partial<T> = {};
      let at = offset;
      for (const [name, codec] of entries) [value[name], at] = takeWithin(name, codec, bytes, at);
      return [value as T, at];
    },
  };
}
