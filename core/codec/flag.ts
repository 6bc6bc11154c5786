import { choice } from './choice.ts';
import type { Codec } from './codec.ts';

const yesOrNo = choice({ no: 0, yes: 1 });

/** A u32 that is 0 or 1. */
export const flag: Codec<boolean> = {
  size: () => 4,
  put: (value, into, offset) => yesOrNo.put(value ? 'yes' : 'no', into, offset),
  take(from, offset) {
    const [word, end] = yesOrNo.take(from, offset);
    return [word === 'yes', end];
  },
};
