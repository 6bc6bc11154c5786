import { bytesOf } from '../text/bytes-as-text.ts';

/**
 * A `char **` of C that ends with a null pointer. The strings it points to stand in the same memory, behind the pointers: as
 * long as whoever is called has the array, they are there too, and the garbage collector cannot part them.
 */
export function stringArray(addressOf: (buffer: Buffer) => bigint, strings: readonly string[]): Buffer {
  const texts = strings.map((text) => Buffer.concat([bytesOf(text), nul]));
  const pointersBytes = pointerBytes * (texts.length + 1);
  const array = Buffer.concat([Buffer.alloc(pointersBytes), ...texts]);
  let address = addressOf(array) + BigInt(pointersBytes);
  for (const [index, { length }] of texts.entries()) {
    array.writeBigUInt64LE(address, pointerBytes * index);
    address += BigInt(length);
  }
  return array;
}

const nul = Buffer.alloc(1);

/** On x64 and arm64. */
const pointerBytes = 8;
