import { isIP } from 'node:net';

/** A host and a port. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * The host and port of a universal address, RFC 5665 5.2.3: `127.0.0.1.8.1` and `::1.8.1` are port 2049. Undefined if it
 * has no address of this family. The port is read as libtirpc reads it: text after its numbers is ignored, and so are bits
 * above the sixteenth.
 */
export function placeOfUniversal(universal: string, family: 4 | 6): Place | undefined {
  const [, host = '', high = '', low = ''] = /^(.*)\.([^.]*)\.([^.]*)$/s.exec(universal) ?? [];
  if (isIP(host) !== family) return undefined;
  return { host, port: ((leadingNumber(high) << 8) | leadingNumber(low)) & 0xffff };
}

/** A number as atoi(3) reads it: 0 if there is none. */
const leadingNumber = (text: string): number => Number.parseInt(text, 10) || 0;

/** An address and a port as a universal address. */
export const universalAddress = (host: string, port: number): string => `${host}.${port >> 8}.${port & 255}`;
