import type { AddressChanges } from '../events/changes.ts';
import type { EventRun } from './event-run.ts';
import type { Violation } from './violation.ts';

type Wrong = Pick<Violation, 'invariant' | 'text' | 'plugin'>;

/** What each plugin of a node has acted on, by what it was told and how it ended. */
export class DeferredWork {
  readonly #acted = new Map<string, Set<string>>();
  /** What they were told of, and did not acknowledge: they may have acted on it all the same. */
  readonly #told = new Map<string, Set<string>>();

  /** Looks at an event. Answers what is wrong with what plugins were told. */
  see(run: EventRun): readonly Wrong[] {
    if (run.event.name === 'init') this.forget();
    return [...run.told].flatMap(([plugin, changes]) => this.#look(run, plugin, changes));
  }

  /** The node has forgotten everything, and so has its ledger. */
  forget(): void {
    this.#acted.clear();
    this.#told.clear();
  }

  /** What plugins have not acted on, of the addresses that the node has now. */
  findMissing(held: readonly string[]): readonly Wrong[] {
    return [...this.#acted].flatMap(([plugin, acted]) => {
      const missing = [...new Set(held).symmetricDifference(acted)];
      return missing.length === 0
        ? []
        : [
            {
              invariant: 'not-told' as const,
              plugin,
              text: `${plugin} has not acted on ${missing.join(', ')}`,
            },
          ];
    });
  }

  #look({ event, held, plugins }: EventRun, name: string, changes: AddressChanges): readonly Wrong[] {
    const isOk = plugins.some((plugin) => plugin.name === name && plugin.isOk);
    const acted = this.#acted.get(name) ?? new Set<string>();
    const before = this.#told.get(name) ?? new Set<string>();
    const told = after(acted, changes);
    if (isOk) this.#acted.set(name, told);
    this.#told.set(name, isOk ? new Set() : before.union(told));
    const again = [
      ...changes.taken.filter(({ ip }) => acted.has(ip)),
      ...changes.released.filter(({ ip }) => !acted.has(ip) && !before.has(ip)),
    ];
    if (again.length > 0)
      return [
        {
          invariant: 'told-again',
          plugin: name,
          text: `${name} was told at ${event.name} of ${again.map(({ ip }) => ip).join(', ')}, on which it has acted`,
        },
      ];
    const isReleased = new Set(changes.released.map(({ ip }) => ip));
    const gone = [...before].filter((ip) => !held.includes(ip) && !isReleased.has(ip));
    const missing = [...new Set(held).symmetricDifference(told).union(new Set(gone))];
    return missing.length === 0
      ? []
      : [
          {
            invariant: 'not-told',
            plugin: name,
            text: `${name} was not told at ${event.name} of ${missing.join(', ')}`,
          },
        ];
  }
}

function after(acted: ReadonlySet<string>, { taken, released }: AddressChanges): Set<string> {
  const now = new Set(acted);
  for (const { ip } of taken) now.add(ip);
  for (const { ip } of released) now.delete(ip);
  return now;
}
