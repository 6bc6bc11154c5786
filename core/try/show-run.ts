import { styleText } from 'node:util';
import type { HookRun } from './run-event.ts';

/** Shows a line. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Shows an event: each entry with its duration, result and output, and the addresses where they changed. */
export function showRun(
  { event, entries, ok, tookMs, said }: HookRun,
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
  for (const line of said.split('\n').filter((each) => each !== '')) say(`  ${line}`);
  if (before.join() !== after.join()) note('addresses', `${byInterface(before)} -> ${byInterface(after)}`);
}

/** Shows what can be seen from outside: what the hook brought about, not what it says. */
export function note(about: string, what: string): void {
  say(`  ${dim(`> ${about.padEnd(11)} ${what}`)}`);
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
export const bold = (text: string): string => styleText('bold', text);
export const result = (good: boolean, text: string): string => styleText(good ? 'green' : 'red', text);
const dim = (text: string): string => styleText('dim', text);
