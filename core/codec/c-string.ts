import type { Codec } from './codec.ts';
import { bytesOf, textOf } from '../text/bytes-as-text.ts';

/**
 * All that is left up to a NUL as text that keeps every byte (`textOf`); put with its NUL. RangeError for one with a NUL.
 *
 *     0x763000
 *       └── 'v0'
 */
export const cString: Codec<string> = {
  size: (value) => bytesOf(value).length + 1,
  put(value, bytes, offset) {
    const text = bytesOf(value);
    const nul = text.indexOf(0);
    if (nul !== -1) throw new RangeError(`Cannot encode cString: has a NUL at ${nul}, expected none`);
    return bytes.writeUInt8(0, offset + text.copy(bytes, offset));
  },
  take(bytes, offset) {
    const nul = bytes.indexOf(0, offset);
    return [textOf(bytes.subarray(offset, nul === -1 ? bytes.length : nul)), bytes.length];
  },
};
