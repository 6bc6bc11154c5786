import type { Network } from '../../network/network.ts';
import type { LedgerAccess } from '../state/ledger-access.ts';
import type { RaisedEvent } from '../outcome.ts';

/**
 * Makes the function that says why a plugin does not have the network that was asked for. It says so once after init, when the
 * first plugin uses the network, and again when the reason has changed. At init itself each process for one plugin forgets what
 * the others have said.
 */
export function createNetworkTeller(
  book: LedgerAccess,
  { name }: RaisedEvent,
  report: (message: string) => void,
): (network: Network) => void {
  return ({ name: chosen, why }) => {
    if (why !== undefined && name !== 'init' && book.isNewsOfNetwork(why))
      report(`the network is ${chosen}, not netlink: ${why}`);
  };
}
