import type { AddressChanges } from '../events/changes.ts';
import type { EventRun, PluginRun } from './event-run.ts';
import type { Violation } from './violation.ts';

type Wrong = Pick<Violation, 'invariant' | 'text' | 'plugin'>;

/** What each plugin of a node has acted on, by what it was told and how it ended. */
export class DeferredWork {
  #acted = new Map<string, Set<string>>();

  /** Looks at an event. Answers what is wrong with what plugins were told. */
  see(run: EventRun): readonly Wrong[] {
    if (run.event.name === 'init') this.#acted.clear();
    return run.plugins.flatMap((plugin) =>
      plugin.changes === undefined ? [] : this.#look(run, plugin, plugin.changes),
    );
  }

  /** The node has forgotten everything, and so has its ledger. */
  forget(): void {
    this.#acted.clear();
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

  #look({ event, held }: EventRun, { name, isOk }: PluginRun, changes: AddressChanges): readonly Wrong[] {
    const acted = this.#acted.get(name) ?? new Set<string>();
    const told = after(acted, changes);
    if (isOk) this.#acted.set(name, told);
    const again = [
      ...changes.taken.filter(({ ip }) => acted.has(ip)),
      ...changes.released.filter(({ ip }) => !acted.has(ip)),
    ];
    if (again.length > 0)
      return [
        {
          invariant: 'told-again',
          plugin: name,
          text: `${name} was told at ${event.name} of ${again.map(({ ip }) => ip).join(', ')}, on which it has acted`,
        },
      ];
    const missing = [...new Set(held).symmetricDifference(told)];
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
