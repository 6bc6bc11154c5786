import type { WorldSnapshot } from '../world/world.ts';
import { ContractBroken } from './contract-broken.ts';
import { sideBySide } from './side-by-side.ts';

/** A world after something, with what was done until then. */
export interface SeenWorld {
  readonly title: string;
  readonly world: WorldSnapshot;
  readonly did: readonly string[];
}

/** @throws ContractBroken with what differs, and what was done each time, if two worlds are not alike */
export function expectAlike(what: string, one: SeenWorld, other: SeenWorld): void {
  const [left, right] = [linesOf(one.world), linesOf(other.world)];
  const [only, others] = [without(left, right), without(right, left)];
  if (only.length + others.length === 0) return;
  throw new ContractBroken(
    `${what}. What differs of the world:\n${sideBySide([one.title, only], [other.title, others])}\n` +
      `What was done:\n${sideBySide([one.title, one.did], [other.title, other.did])}`,
  );
}

/** Everything of a world, a line each. */
function linesOf(world: WorldSnapshot): string[] {
  return Object.entries(world).flatMap(([kind, state]: [string, unknown]) =>
    Array.isArray(state)
      ? state.map((each) => `${kind}: ${String(each)}`)
      : Object.entries(state as Record<string, string>).map(
          ([key, value]) => `${kind}: ${key} = ${JSON.stringify(value)}`,
        ),
  );
}

const without = (lines: readonly string[], others: readonly string[]): string[] =>
  lines.filter((line) => !others.includes(line));
