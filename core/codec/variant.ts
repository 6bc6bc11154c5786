import { type Codec, type Decoded, takeWithin } from './codec.ts';

/**
 * A tag, and the body that goes with it, together one object.
 * `variant('kind', choice({ number: 1, name: 2 }), { number: struct({ value: u32 }), name: struct({ value: text }) })`:
 *
 *     0x0100000007000000
 *       │       └── value: 7
 *       └────────── kind: 'number'
 */
export function variant<Tag extends string, Bodies extends Readonly<Record<string, Codec<object>>>>(
  tagName: Tag,
  tag: Codec<keyof Bodies & string>,
  bodies: Bodies,
): Codec<Variant<Tag, Bodies>> {
  const kindOf = (value: Variant<Tag, Bodies>): keyof Bodies & string => value[tagName];
  const bodyOf = (kind: keyof Bodies): Codec<object> => bodies[kind] as Codec<object>;
  return {
    size: (value) => tag.size(kindOf(value)) + bodyOf(kindOf(value)).size(value),
    put: (value, bytes, offset) =>
      bodyOf(kindOf(value)).put(value, bytes, tag.put(kindOf(value), bytes, offset)),
    take(bytes, offset) {
      const [kind, start] = takeWithin(tagName, tag, bytes, offset);
      const [body, end] = takeWithin(kind, bodyOf(kind), bytes, start);
      return [{ [tagName]: kind, ...body } as Variant<Tag, Bodies>, end];
    },
  };
}

/** The values of a variant: one shape for each body. */
export type Variant<Tag extends string, Bodies> = {
  [Kind in keyof Bodies & string]: { readonly [T in Tag]: Kind } & Decoded<Bodies[Kind]>;
}[keyof Bodies & string];
