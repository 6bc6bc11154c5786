import type { Codec } from './codec.ts';
import { MalformedPacket } from './malformed-packet.ts';
import { u32 } from './numbers.ts';

/** A u32 that stands for a name. Other numbers are refused. `choice({ disable: 0, enable: 1 })` */
export function choice<Name extends string>(numbers: Readonly<Record<Name, number>>): Codec<Name> {
  const pairs = Object.entries<number>(numbers) as [Name, number][];
  return {
    size: () => 4,
    put: (name, bytes, offset) => u32.put(numbers[name], bytes, offset),
    take(bytes, offset) {
      const [got, end] = u32.take(bytes, offset);
      const pair = pairs.find(([, number]) => number === got);
      if (pair !== undefined) return [pair[0], end];
      const needed = pairs.map(([name, number]) => `${number} (${name})`).join(' or ');
      throw new MalformedPacket('choice', offset, needed, `${got}`);
    },
  };
}
