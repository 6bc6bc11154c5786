import { isIpv6 } from '../../events/address.ts';
import type { CommandRunner } from './command-runner.ts';

/** The table of our own, which nobody else touches. */
const table = 'inet ctdb_hook';

/**
 * Makes the table, unless it is there. To be run as one transaction, so that it is never without its rules.
 *
 * New connections only: that does for every way of killing the others, and loses no packet of theirs.
 */
const setUp = `\
add table ${table}
add set ${table} blocked4 { type ipv4_addr; }
add set ${table} blocked6 { type ipv6_addr; }
add chain ${table} input { type filter hook input priority -10; }
flush chain ${table} input
add rule ${table} input ip daddr @blocked4 tcp flags & (syn|ack) == syn drop
add rule ${table} input ip6 daddr @blocked6 tcp flags & (syn|ack) == syn drop
`;

/** Drops new connections to an address. What nft says of a failure is shown. */
export async function nftBlock(ip: string, { act }: CommandRunner): Promise<boolean> {
  return (await act(['nft', '-f', '-'], { input: `${setUp}add element ${element(ip)}\n` })).ok;
}

/** Lifts the block of an address; there need not be one. */
export async function nftUnblock(ip: string, { undo }: CommandRunner): Promise<void> {
  await undo(['nft', '-f', '-'], { input: `delete element ${element(ip)}\n` });
}

const element = (ip: string): string => `${table} ${isIpv6(ip) ? 'blocked6' : 'blocked4'} { ${ip} }`;
