import { bytesOf } from '../text/bytes-as-text.ts';

/**
 * A `char **` of C that ends with a null pointer. The strings are in the same memory, behind the pointers. As long as the
 * callee has the array, it has the strings too: the garbage collector cannot separate them.
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

/** The size of a pointer on x64 and arm64. */
const pointerBytes = 8;
