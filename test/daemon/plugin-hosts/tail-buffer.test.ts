import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TailBuffer } from '../../../core/daemon/plugin-hosts/tail-buffer.ts';

test('the last bytes are kept, however they come', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary-ascii', maxLength: 12 })),
      fc.integer({ min: 1, max: 20 }),
      (chunks, max) => {
        const tail = new TailBuffer(max);
        for (const chunk of chunks) tail.add(Buffer.from(chunk));
        expect(tail.text()).toBe(chunks.join('').slice(-max));
      },
    ),
  );
});
