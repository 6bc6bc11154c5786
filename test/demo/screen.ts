import { release } from 'node:os';
import { bold, result, say } from '../../core/try/show-run.ts';
import type { Checks } from './checks.ts';
import { entries } from './lay-out.ts';

/** Shows what is real and what is not, before anything happens. */
export function showStart(namespaces: string): void {
  say(bold('The life of one CTDB node, event by event, each run by bin/ctdb-hook'));
  say();
  say(`Real      ${namespaces} of Linux ${release()}; interfaces eth1 and eth2, a client`);
  say(`          in a network namespace of its own, TCP connections; the kernel by netlink`);
  say(`Stood in  ctdb: no ctdbd runs here, a script records what $CTDB is told`);
  say(`          for 60.nfs, whose NFS server is not here: its callout, the statd helper, what checks it`);
  say(`Entries   ${entries.map(({ name, what }) => `${name.padEnd(13)} ${what}`).join('\n          ')}`);
  say(
    `Marked >  seen from outside: in the kernel (addresses where they change), at the client, by the stand-ins`,
  );
  say();
}

/** Shows whether all of it was true. */
export function showEnd({ count, failures }: Checks): void {
  say();
  if (failures.length === 0) {
    say(
      `${result(true, 'All of it happened')}: ${count} things looked at, in the kernel, at the client and in files`,
    );
    return;
  }
  say(result(false, 'What did not happen:'));
  for (const failure of failures) say(`  ${failure}`);
}
