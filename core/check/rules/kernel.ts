import { openNetlink } from '../../network/netlink/open-netlink.ts';
import { tryToDestroySocket } from '../../network/netlink/try-to-destroy-socket.ts';
import type { Finding, Rule } from '../rule.ts';

/** What of the kernel a release of addresses uses, tried on a connection of our own. */
export const kernel: Rule = {
  id: 'kernel',
  summary: 'the kernel does what a release of addresses needs, tried on a connection of our own',
  scope: 'machine',
  async check({ environment }) {
    if (process.geteuid?.() !== 0) return { skipped: 'only root may try it' };
    if (environment['CTDB_HOOK_NETWORK'] === 'commands') return { skipped: 'CTDB_HOOK_NETWORK is commands' };
    const opened = await openNetlink();
    if (typeof opened === 'string')
      return [
        {
          severity: 'warning',
          what: `commands such as ip are used in place of netlink, which takes longer: ${opened}`,
        },
      ];
    const tried = await tryToDestroySocket();
    const found: Finding[] = [];
    if (!tried.destroys)
      found.push({
        severity: 'warning',
        what: `connections are not reset by the kernel (SOCK_DESTROY) but by ctdb_killtcp: ${tried.why}`,
      });
    if (!tried.hasNetfilter)
      found.push({
        severity: 'warning',
        what: 'the kernel has no nf_tables: packets to an address are not blocked while it is released',
      });
    return found;
  },
};
