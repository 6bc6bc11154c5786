import type { Release } from '../ctdb-installation/release.ts';
import type { EventName } from '../events/events.ts';
import { VirtualClock } from '../testing/world/virtual-clock.ts';
import { mentionsOn, type Mentions } from './leftovers.ts';
import { timing } from './model/timing.ts';
import { PluginNode, type PluginNodeSetting } from './plugin-node.ts';

/** What reference nodes are made from. */
export type ReferenceSetting = Pick<PluginNodeSetting, 'plugins' | 'prepare' | 'addresses'> & {
  readonly release: Release;
};

/** Nodes to compare with: each has just started, and taken its addresses, and nothing else has ever happened to it. */
export class ReferenceNodes {
  readonly #setting: ReferenceSetting;
  readonly #known = new Map<string, Promise<Mentions>>();

  constructor(setting: ReferenceSetting) {
    this.#setting = setting;
  }

  /** Which addresses the files of such a node name. */
  mentions(pnn: number, held: readonly string[], holders: ReadonlyMap<string, number>): Promise<Mentions> {
    const key = `${pnn} ${[...held].sort().join(' ')}`;
    const found = this.#known.get(key) ?? this.#find(pnn, held, holders);
    this.#known.set(key, found);
    return found;
  }

  async #find(pnn: number, held: readonly string[], holders: ReadonlyMap<string, number>): Promise<Mentions> {
    const clock = new VirtualClock();
    const { addresses, plugins } = this.#setting;
    const machine = await PluginNode.create({
      ...this.#setting,
      pnn,
      clock,
      onEvent: () => undefined,
      onRefused: () => undefined,
    });
    machine.show({ pnn, allocation: holders });
    const raise = async (name: EventName, ...argv: string[]): Promise<void> => {
      await machine.raise({ name, argv }, clock.elapsedMs + timing.eventMs, new AbortController().signal);
    };
    return clock.drive(
      (async () => {
        for (const event of [
          'init',
          'setup',
          'startrecovery',
          'recovered',
          'ipreallocated',
          'startup',
          'monitor',
        ] as const)
          await raise(event);
        for (const { ip, iface, maskBits } of addresses)
          if (held.includes(ip)) await raise('takeip', iface, ip, `${maskBits}`);
        await raise('ipreallocated');
        await raise('monitor');
        const mentions = mentionsOn(
          machine.node,
          plugins.map(({ name }) => name),
          addresses.map(({ ip }) => ip),
        );
        await machine.close();
        return mentions;
      })(),
    );
  }
}
