import { crc32 } from 'node:zlib';

/**
 * A record as it stands in a file: a newline, the CRC-32 of the JSON in seven digits to the base of 36, the JSON. The newline comes
 * first, so that a record which was cut off when its writer was killed costs only itself.
 */
export function frame(record: object): string {
  const json = JSON.stringify(record);
  return `\n${crcOf(json)}${json}`;
}

/** What a line of a file holds. Undefined if the line is not as it was written. */
export function unframe(line: string): unknown {
  const json = line.slice(crcDigits);
  if (!line.startsWith(crcOf(json))) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** How many digits of checksum come before the JSON. */
export const crcDigits = 7;

const crcOf = (json: string): string => crc32(json).toString(36).padStart(crcDigits, '0');
