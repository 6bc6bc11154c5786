import { release } from 'node:os';
import { styleText } from 'node:util';
import type { Checks } from './checks.ts';
import type { HookRun } from './hook.ts';
import { entries } from './lay-out.ts';

/** Shows a line. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

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

/** Shows an event: each entry with its duration, result and output, and the addresses where they changed. */
export function showRun(
  { event, entries, ok, tookMs }: HookRun,
  before: readonly string[],
  after: readonly string[],
): void {
  say(`${bold(event.join(' ').padEnd(46))}${result(ok, ok ? 'OK' : 'FAILED')} ${duration(tookMs)}`);
  for (const { name, kind, begin, end, status, output } of entries) {
    const outcome = result(status === 'OK', status.padEnd(9));
    const [first = '', ...rest] = output.trimEnd().split('\n');
    say(`  ${name.padEnd(13)} ${kind} ${duration(end - begin)}  ${outcome} ${first}`.trimEnd());
    for (const line of rest) say(`${' '.repeat(42)}${line}`);
  }
  if (before.join() !== after.join()) note('addresses', `${byInterface(before)} -> ${byInterface(after)}`);
}

/** Shows what can be seen from outside: what the hook brought about, not what it says. */
export function note(about: string, what: string): void {
  say(`  ${dim(`> ${about.padEnd(11)} ${what}`)}`);
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

/** Shows `eth1 A`, `eth1 B`, `eth2 C` as `eth1: A, B; eth2: C`. */
function byInterface(addresses: readonly string[]): string {
  const groups = Map.groupBy(addresses, (address) => address.split(' ')[0]);
  const shown = [...groups].map(([iface, group]) => {
    return `${iface}: ${group.map((address) => address.split(' ')[1]).join(', ')}`;
  });
  return shown.length === 0 ? 'none' : shown.join('; ');
}

const duration = (ms: number): string => `${Math.round(ms)} ms`.padStart(7);

/** A terminal gets styles, anything else plain text: styleText looks at standard output and NO_COLOR. */
const bold = (text: string): string => styleText('bold', text);
const dim = (text: string): string => styleText('dim', text);
const result = (good: boolean, text: string): string => styleText(good ? 'green' : 'red', text);
