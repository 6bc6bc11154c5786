import { readFileSync } from 'node:fs';

/** Of the flags of IPv6 addresses (linux/if_addr.h) IFA_F_DADFAILED and IFA_F_TENTATIVE: the kernel does not answer for these. */
const unanswered = 0x08 | 0x40;

/** IFA_F_DEPRECATED: put on ahead of its `takeip`, and not held so far. */
const deprecated = 0x20;

/**
 * The addresses that the kernel of a machine answers for, read at once and without a process: a watch reads them often.
 *
 * IPv4 are the host routes of type LOCAL in fib_trie, IPv6 stand in if_inet6 as 32 hexadecimal digits, and their flags as
 * two (proc(5)).
 */
export const localAddresses = (pid: number): readonly string[] => addressesWithout(unanswered, pid);

/** Those of them that the node holds: without what is there ahead of its event. */
export const heldAddresses = (pid: number): readonly string[] =>
  addressesWithout(unanswered | deprecated, pid);

function addressesWithout(flags: number, pid: number): readonly string[] {
  const ipv4 = readFileSync(`/proc/${pid}/net/fib_trie`, 'latin1').matchAll(
    /\|-- ([\d.]+)\n +\/32 host LOCAL/g,
  );
  const ipv6 = readFileSync(`/proc/${pid}/net/if_inet6`, 'latin1').matchAll(
    /^([\da-f]{32}) \S+ \S+ \S+ ([\da-f]+)/gm,
  );
  return [
    ...new Set([...ipv4].map(([, ip]) => ip ?? '')),
    ...[...ipv6].flatMap(([, digits = '', has = '']) =>
      (parseInt(has, 16) & flags) === 0 ? [inWords(digits)] : [],
    ),
  ];
}

/** In canonical form, which is how a URL writes it. */
function inWords(digits: string): string {
  const groups = digits.match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
