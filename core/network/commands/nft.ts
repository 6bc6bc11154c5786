import type { CommandOutcome } from '../../process/command-outcome.ts';
import { isIpv6 } from '../../events/address.ts';
import { type CommandRunner, describeFailure, isMissing } from './command-runner.ts';

/** Our own table. Nobody else uses it. */
const table = 'inet ctdb_hook';

/**
 * Makes the table if it does not exist. It has to run as one transaction, so that the table always has its rules.
 *
 * The rule drops new connections only. This is enough for every way in which the other connections are killed, and none of
 * their packets is lost.
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

/** Drops new connections to an address. If nft fails, its message is shown. */
export function nftBlock(ip: string, { act }: CommandRunner): Promise<CommandOutcome> {
  return act(['nft', '-f', '-'], { input: `${setUp}add element ${element(ip)}\n` });
}

/** Lifts the block of an address that was blocked by `nftBlock`. */
export async function nftUnblock(ip: string, { undo, log }: CommandRunner): Promise<void> {
  const lifted = await undo(['nft', '-f', '-'], { input: `delete element ${element(ip)}\n` });
  if (!lifted.ok) log(stillBlocked(ip, lifted));
}

/** Lifts the blocks of addresses that are left in the table, whether this network or `netlink` made them. */
export async function nftLift(ips: readonly string[], { undo, log }: CommandRunner): Promise<void> {
  const listed = await undo(['nft', '-j', 'list', 'table', ...table.split(' ')]);
  if (!listed.ok) {
    // Without nft, or without the table, there is no block.
    if (listed.ended !== 'exited' && !isMissing(listed)) log(stillBlocked(ips.join(', '), listed));
    return;
  }
  const left = elementsIn(listed.stdout).filter(({ ip }) => ips.includes(ip));
  if (left.length === 0) return;
  const deletes = left.map(({ ip, set }) => `delete element ${table} ${set} { ${ip} }\n`);
  const lifted = await undo(['nft', '-f', '-'], { input: deletes.join('') });
  if (!lifted.ok) log(stillBlocked(left.map(({ ip }) => ip).join(', '), lifted));
}

/** The elements of all sets of a table, as `nft -j` lists them. Elements with a timeout are objects. */
function elementsIn(listing: string): { readonly set: string; readonly ip: string }[] {
  const { nftables = [] } = JSON.parse(listing) as { readonly nftables?: readonly Listed[] };
  return nftables.flatMap(({ set }) =>
    (set?.elem ?? []).map((each) => ({
      set: set?.name ?? '',
      ip: typeof each === 'string' ? each : each.elem.val,
    })),
  );
}

interface Listed {
  readonly set?: {
    readonly name: string;
    readonly elem?: readonly (string | { readonly elem: { readonly val: string } })[];
  };
}

const stillBlocked = (ips: string, outcome: CommandOutcome): string =>
  `WARNING: new connections to ${ips} may still be blocked: ${describeFailure('nft', outcome)}`;

const element = (ip: string): string => `${table} ${isIpv6(ip) ? 'blocked6' : 'blocked4'} { ${ip} }`;
