import { readFileSync } from 'node:fs';

/**
 * The addresses that the kernel of a machine answers for, read at once and without a process: a watch reads them often.
 *
 * IPv4 are the host routes of type LOCAL in fib_trie, IPv6 stand in if_inet6 as 32 hexadecimal digits (proc(5)).
 */
export function localAddresses(pid: number): readonly string[] {
  const ipv4 = readFileSync(`/proc/${pid}/net/fib_trie`, 'latin1').matchAll(
    /\|-- ([\d.]+)\n +\/32 host LOCAL/g,
  );
  const ipv6 = readFileSync(`/proc/${pid}/net/if_inet6`, 'latin1').matchAll(/^[\da-f]{32}/gm);
  return [...new Set([...ipv4].map(([, ip]) => ip ?? '')), ...[...ipv6].map(([digits]) => inWords(digits))];
}

/** In canonical form, which is how a URL writes it. */
function inWords(digits: string): string {
  const groups = digits.match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
