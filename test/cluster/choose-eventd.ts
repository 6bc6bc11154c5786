import { fileURLToPath } from 'node:url';
import type { Machine } from './machine.ts';
import type { Eventd } from './node.ts';
import type { Release } from './release.ts';

const ours = (program: string): string => fileURLToPath(new URL(`../../bin/${program}`, import.meta.url));

/**
 * Has ctdbd start this event daemon the next time, and returns what its environment needs for that. On a file system of its own
 * that is the README's way, with dpkg; the real computer's is shared, and there it is the variable that CTDB up to 4.24 knows.
 */
export async function chooseEventd(
  machine: Machine,
  { root }: Release,
  eventd: Eventd,
): Promise<Readonly<Record<string, string>>> {
  if (root === undefined) return eventd === 'ours' ? { CTDB_EVENTD: ours('ctdb-eventd') } : {};
  await machine.run(ours('ctdb-hook'), 'switch', eventd === 'ours' ? 'on' : 'off');
  return {};
}
