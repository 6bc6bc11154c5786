import { Failure, type Connection, type PublicAddress, type ResetOutcome } from 'ctdb-hook';
import { removeFromList } from './address-list.ts';
import { blockOf, blockOrWarn } from './block.ts';
import { findHosted } from './hosted-address.ts';
import type { InterfaceContext } from './options.ts';
import { namesNoMask } from './release.ts';
import { tellAgain } from './tell-again.ts';
import { willBeTickled } from './will-be-tickled.ts';

/**
 * Takes an address off the interface it really is on.
 *
 * Connections would hang for minutes if they were not reset, and can be reset only while the address is there; so
 * new ones are blocked first, for as long as it takes.
 */
export async function releaseip(given: PublicAddress, context: InterfaceContext): Promise<void> {
  const { network, log } = context;
  const hosted = await findHosted(given, context);
  if (hosted === undefined) {
    await removeFromList(given.ip, context);
    await network.flushRoutes();
    return;
  }
  const { iface, ip, maskBits } = hosted;
  let told: readonly Connection[] = [];
  const target = {
    iface,
    ip,
    useSsKill: context.options.CTDB_KILLTCP_USE_SS_KILL,
    willBeTickled: async (connections: readonly Connection[]) => {
      const isTold = await willBeTickled(ip, connections, context);
      if (isTold) told = connections;
      return isTold;
    },
  };
  const block = blockOf(iface, ip, context);
  try {
    await blockOrWarn(block, context);
    for await (const outcome of network.resetConnections(target)) log(describe(outcome, ip));
    await removeFromList(ip, context);
    if (!(await network.deleteAddress(hosted)))
      throw new Failure(`Failed to del ${namesNoMask(context) ? ip : `${ip}/${maskBits}`} on dev ${iface}`);
    const late = await network.resetStragglers(target);
    if (late !== undefined) log(describe(late, ip));
    tellAgain(ip, told, context);
  } finally {
    await network.unblock(block);
  }
  await network.flushRoutes();
}

function describe(outcome: ResetOutcome, ip: string): string {
  if (outcome.kind === 'failed') return 'Failed to kill TCP connections';
  const { killed, total, using, remaining } = outcome;
  const suffix = using === undefined ? '' : `, using ${using}`;
  const left = remaining.map(({ server, client }) => `  ${server} ${client}`);
  return [
    `Killed ${killed}/${total} TCP connections to released IP ${ip}${suffix}`,
    ...(left.length === 0 ? [] : ['Remaining connections:', ...left]),
  ].join('\n');
}
