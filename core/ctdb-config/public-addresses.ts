import { join } from 'node:path';
import { canonicalIp, isIface, maskBitsMax } from '../events/address.ts';
import type { FilesSeen } from './files-seen.ts';
import { ParsedFiles } from './parsed-files.ts';

/** One line of the public_addresses file. */
export interface ConfiguredAddress {
  /** IPv4 or IPv6, in canonical text form. */
  readonly ip: string;
  /** Length of the network prefix. */
  readonly maskBits: number;
  /** The interfaces on which it may be, at least one. ctdbd chooses. */
  readonly ifaces: readonly string[];
  /** Its line, counted from 1. */
  readonly line: number;
}

/** The content of a public_addresses file: every line that can be read, in order, and a message for every other line. */
export interface PublicAddresses {
  readonly addresses: readonly ConfiguredAddress[];
  /**
   * Every address that a line names, even if the rest of the line is wrong. These are the addresses to remove, whatever the
   * file says about them.
   */
  readonly ips: readonly string[];
  /**
   * The errors, with file, line, value and what was expected: lines that cannot be read, for which ctdbd reads nothing and
   * does not start; and lines that ctdbd skips and does not report.
   */
  readonly errors: readonly string[];
}

/**
 * Reads `$CTDB_BASE/public_addresses`. Undefined if there is none: this node has no public addresses then.
 *
 * @param seen what was just found out about files
 * @throws TextFileError if the file is there and cannot be read; never for its content.
 */
export async function readPublicAddresses(
  base: string,
  seen?: FilesSeen,
): Promise<PublicAddresses | undefined> {
  return files.read(join(base, 'public_addresses'), seen);
}

const files = new ParsedFiles(parsePublicAddresses);

/**
 * Reads lines of `IP/BITS IFACE[,IFACE...]`. It accepts what ctdbd accepts (ctdb/server/ctdb_takeover.c): blanks around,
 * whole-line comments, anything after the interfaces, empty interface names between commas, lines ending in CRLF.
 */
export function parsePublicAddresses(text: string, path: string): PublicAddresses {
  const addresses: ConfiguredAddress[] = [];
  const errors: string[] = [];
  const ips = new Set<string>();
  for (const [index, raw] of text.split('\n').entries()) {
    const [address, ifaces, more] = wordsOf(raw);
    if (address === undefined || address.startsWith('#')) continue;
    const named = parseIp(address.replace(/\/.*/, ''));
    if (named !== undefined) ips.add(named);
    if (more?.startsWith('#') === false)
      errors.push(
        `${path}:${index + 1}: ${JSON.stringify(more)} is passed over, expected interfaces with commas`,
      );
    const read = parseLine(address, ifaces ?? '', index + 1, addresses);
    if ('ip' in read) addresses.push(read);
    else errors.push(`${path}:${index + 1}: ${JSON.stringify(read.value)}, expected ${read.expected}`);
  }
  return { addresses, ips: [...ips], errors };
}

const wordsOf = (line: string): string[] =>
  line
    .replace(/\r.*/s, '')
    .split(/[ \t]+/)
    .filter((word) => word !== '');

interface Problem {
  readonly value: string;
  readonly expected: string;
}

function parseLine(
  address: string,
  names: string,
  line: number,
  before: readonly ConfiguredAddress[],
): ConfiguredAddress | Problem {
  const [, ipText = address, bits = ''] = /^(.*)\/(.*)$/.exec(address) ?? [];
  const ip = parseIp(ipText);
  if (ip === undefined)
    return { value: address, expected: 'an IPv4 or IPv6 address, a slash and its mask bits' };
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > maskBitsMax(ip)) {
    return {
      value: address,
      expected: `a slash and mask bits from 0 to ${maskBitsMax(ip)} after the address`,
    };
  }
  const first = before.find((other) => other.ip === ip);
  if (first !== undefined)
    return { value: address, expected: `an address other than that of line ${first.line}` };
  const ifaces = names.split(',').filter((name) => name !== '');
  const wrong = ifaces.find((name) => !isIface(name));
  if (wrong !== undefined) return { value: wrong, expected: 'the name of a network interface' };
  if (ifaces.length === 0)
    return { value: address, expected: 'an interface, or several with commas, after it' };
  return { ip, maskBits: Number(bits), ifaces, line };
}

/** Reads an address. ctdbd reads a mapped IPv4 address as an IPv4 address (ctdb/protocol/protocol_util.c). */
function parseIp(text: string): string | undefined {
  const ip = canonicalIp(text);
  return ip?.startsWith('::ffff:') && ip.includes('.') ? ip.slice('::ffff:'.length) : ip;
}
