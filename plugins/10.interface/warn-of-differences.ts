import type { Context } from 'ctdb-hook';

/** Most addresses that are named in one event; of more only the number is said. */
const namedMax = 20;

/**
 * Warns of public addresses that are on this node though CTDB has them elsewhere, or the other way round, at a moment at
 * which they should all be where they belong. To mend it is ctdbd's, which looks for such addresses itself.
 *
 * @param own What CTDB says that this node hosts.
 */
export async function warnOfDifferences(
  own: readonly string[],
  { addresses, ctdb, log }: Context,
): Promise<void> {
  const here = await addresses();
  const isHere = new Set(here.map(({ ip }) => ip));
  const isOwn = new Set(own);
  // Of an address that the file does not list nobody has asked the kernel.
  const listed = (await ctdb.publicAddresses())?.addresses ?? [];
  const warnings = [
    ...here
      .filter(({ ip }) => !isOwn.has(ip))
      .map(
        ({ ip, iface }) => `Public IP ${ip} is on interface ${iface} but CTDB does not host it on this node`,
      ),
    ...listed
      .filter(({ ip }) => isOwn.has(ip) && !isHere.has(ip))
      .map(({ ip }) => `Public IP ${ip} is on no interface but CTDB hosts it on this node`),
  ];
  for (const warning of warnings.slice(0, namedMax)) log(`WARNING: ${warning}`);
  if (warnings.length > namedMax)
    log(`WARNING: ${warnings.length - namedMax} more public IPs are not where CTDB has them`);
}
