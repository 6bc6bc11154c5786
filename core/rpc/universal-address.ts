import { isIP } from 'node:net';

/** Where something listens. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * The place in a universal address, RFC 5665 5.2.3: `127.0.0.1.8.1` and `::1.8.1` are port 2049. Undefined where there is no
 * address of this family.
 *
 * The port is read as libtirpc reads it: what is behind its numbers does not matter, nor bits above the sixteenth.
 */
export function placeOfUniversal(universal: string, family: 4 | 6): Place | undefined {
  const [, host = '', high = '', low = ''] = /^(.*)\.([^.]*)\.([^.]*)$/s.exec(universal) ?? [];
  if (isIP(host) !== family) return undefined;
  return { host, port: ((leadingNumber(high) << 8) | leadingNumber(low)) & 0xffff };
}

/** atoi(3): 0 where there is no number. */
const leadingNumber = (text: string): number => Number.parseInt(text, 10) || 0;

/** An address and a port as a universal address. */
export const universalAddress = (host: string, port: number): string => `${host}.${port >> 8}.${port & 255}`;
