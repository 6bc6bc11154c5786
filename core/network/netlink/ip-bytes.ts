import { canonicalIp, isIpv6 } from '../../events/address.ts';

/** AF_INET and AF_INET6 of Linux. */
export const families = { ipv4: 2, ipv6: 10 } as const;

/** The family of an address. */
export const familyOfIp = (ip: string): number => (isIpv6(ip) ? families.ipv6 : families.ipv4);

/** The 4 or 16 bytes of an address in canonical form. */
export function ipBytes(ip: string): Buffer {
  if (!isIpv6(ip)) return Buffer.from(ip.split('.').map(Number));
  // The last four bytes may be written as an IPv4 address.
  const [, start = ip, ipv4] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(ip) ?? [];
  const tail =
    ipv4 === undefined
      ? ''
      : ipBytes(ipv4)
          .toString('hex')
          .replace(/(?<=^.{4})/, ':');
  const [head = '', rest] = `${start}${tail}`.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const before = groups(head);
  const after = groups(rest ?? '');
  const zeroes = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const all = [...before, ...zeroes, ...after].map((group) => group.padStart(4, '0'));
  return Buffer.from(all.join(''), 'hex');
}

/** The address with these 4 or 16 bytes, in canonical form. */
export function ipText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = bytes.toString('hex').match(/.{4}/g) ?? [];
  return canonicalIp(groups.join(':')) ?? '';
}

/** An IPv4 address as sockets of IPv6 have it (RFC 4291, 2.5.5.2). */
export const mappedBytes = (ipv4: Buffer): Buffer => Buffer.concat([mappedPrefix, ipv4]);

/** The IPv4 address in a mapped one, or the bytes as they are. */
export const unmapped = (bytes: Buffer): Buffer =>
  bytes.length === 16 && bytes.subarray(0, 12).equals(mappedPrefix) ? bytes.subarray(12) : bytes;

const mappedPrefix = Buffer.from('00000000000000000000ffff', 'hex');
