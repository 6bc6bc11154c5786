import { isUtf8 } from 'node:buffer';

/**
 * Bytes as text, such that none is lost: UTF-8, and a byte that is not UTF-8 as U+DC00 plus the byte, a lone surrogate
 * (Python's `surrogateescape`, PEP 383). `bytesOf` turns it back. Names of events and files are nearly always UTF-8, and
 * may be anything.
 *
 *     0x6dc3bcff
 *       │ │   └── '\udcff'
 *       │ └────── 'ü'
 *       └──────── 'm'
 */
export function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = characterLengths.find((count) => isUtf8(bytes.subarray(at, at + count)));
    text += length === undefined ? escaped(bytes.readUInt8(at)) : bytes.toString('utf8', at, at + length);
    at += length ?? 1;
  }
  return text;
}

/** The bytes that `textOf` made this text of. Other lone surrogates become U+FFFD. */
export function bytesOf(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  return Buffer.concat(Array.from(text, (character) => escapedByte(character) ?? Buffer.from(character)));
}

const characterLengths = [1, 2, 3, 4];
const escapes = 0xdc00;

const escaped = (byte: number): string => String.fromCharCode(escapes + byte);

function escapedByte(character: string): Buffer | undefined {
  const byte = character.charCodeAt(0) - escapes;
  return character.length === 1 && byte >= 0x80 && byte <= 0xff ? Buffer.of(byte) : undefined;
}
