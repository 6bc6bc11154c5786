import { fileURLToPath } from 'node:url';
import type { Machine } from './machine.ts';
import type { Eventd } from './node.ts';
import type { Release } from './release.ts';

const ours = fileURLToPath(new URL('../../bin/ctdb-eventd', import.meta.url));

/**
 * Has ctdbd start this event daemon the next time, as the README says for this release, and returns what its environment
 * needs for that.
 */
export async function chooseEventd(
  machine: Machine,
  { eventdFrom, helperDir }: Release,
  eventd: Eventd,
): Promise<Readonly<Record<string, string>>> {
  if (eventdFrom === 'variable') return eventd === 'ours' ? { CTDB_EVENTD: ours } : {};
  const place = `${helperDir}/ctdb-eventd`;
  const isOurs = (await machine.attempt('test', '-L', place)).code === 0;
  if (isOurs !== (eventd === 'ours')) await machine.run('sh', '-ec', isOurs ? undo : divert, ours, place);
  return {};
}

/** dpkg puts CTDB's own beside from now on, in updates too. */
const divert = `
dpkg-divert --quiet --local --rename --divert "$1.ctdb" --add "$1"
ln -s "$0" "$1"
`;

const undo = `
rm "$1"
dpkg-divert --quiet --local --rename --divert "$1.ctdb" --remove "$1"
`;
