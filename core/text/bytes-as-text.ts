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
    const next = endOfAscii(bytes, at);
    if (next > at) {
      text += bytes.toString('latin1', at, next);
      at = next;
      continue;
    }
    const length = characterLengths.find((count) => isUtf8(bytes.subarray(at, at + count)));
    text += length === undefined ? escaped(bytes.readUInt8(at)) : bytes.toString('utf8', at, at + length);
    at += length ?? 1;
  }
  return text;
}

/** The bytes that `textOf` made this text of. Other lone surrogates become U+FFFD. */
export function bytesOf(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  const parts = text.split(/([\u{dc80}-\u{dcff}]+)/u);
  return Buffer.concat(parts.map((part, index) => (index % 2 === 0 ? Buffer.from(part) : unescaped(part))));
}

/** Text for functions that take bytes or UTF-8, such as those of node:fs: the text itself, or the bytes that it stands for. */
export const plainOrBytes = (text: string): string | Buffer => (text.isWellFormed() ? text : bytesOf(text));

const characterLengths = [1, 2, 3, 4];
const escapes = 0xdc00;

const escaped = (byte: number): string => String.fromCharCode(escapes + byte);

const unescaped = (part: string): Buffer =>
  Buffer.from(Array.from(part, (character) => character.charCodeAt(0) - escapes));

/** The place of the next byte that is not ASCII. Most text has few, so it is read in long runs. */
function endOfAscii(bytes: Buffer, from: number): number {
  let at = from;
  while ((bytes[at] ?? 0xff) < 0x80) at += 1;
  return at;
}
