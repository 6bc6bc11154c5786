import type { EventName } from '../events/events.ts';
import { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import {
  handlerFaults,
  worldFaults,
  type FaultHow,
  type HandlerFault,
  type NodeAction,
  type Step,
} from './step.ts';

/** What random scenarios are made for. */
export interface ScenarioRequest {
  readonly seed: number;
  readonly release: Scenario['release'];
  readonly nodes: number;
  readonly addresses: number;
  /** How many times something happens because of which addresses move. */
  readonly rounds: number;
  /** Which events each plugin handles. */
  readonly handled: readonly (readonly [plugin: string, events: readonly EventName[]])[];
  /** The kinds of faults that may be chosen; none for a scenario in which only nodes come and go. */
  readonly faults: readonly FaultWord[];
}

/** The kinds of faults, by the word of a scenario. */
export const faultWords = [...(Object.keys(handlerFaults) as HandlerFault[]), 'fails', 'stalls'] as const;

export type FaultWord = (typeof faultWords)[number];

/** What a node can be brought to, and what brings it back. */
const disturbances: readonly (readonly [away: NodeAction | 'ban', back: NodeAction])[] = [
  ['disable', 'enable'],
  ['stop', 'continue'],
  ['off', 'start'],
  ['kill', 'start'],
  ['shutdown', 'start'],
  ['ban', 'unban'],
];

/** How long the cluster is left alone between two steps, in seconds: from not at all to longer than a dead node is missed. */
const pauses = [0, 1, 2, 5, 15, 20, 30, 40];

/**
 * A scenario by chance, the same for the same seed. Each seed first chooses which kinds of faults there are in it at all, so scenarios
 * differ in kind.
 */
export function makeScenario(request: ScenarioRequest): Scenario {
  const random = new Random(request.seed);
  const { release, nodes, addresses } = request;
  const kinds = random.some(request.faults);
  const ways = random.some(disturbances);
  const handled = random.some(request.handled);
  const away = new Map<number, NodeAction>();
  const steps: Step[] = [];
  for (let round = 0; round < request.rounds; round++) {
    for (let faults = random.below(3); faults > 0; faults--)
      steps.push(...faultOf(random, { ...request, handled }, kinds));
    steps.push(
      random.chance(10)
        ? { do: random.pick(['ipreallocate', 'recover'] as const) }
        : disturb(random, nodes, ways, away),
    );
    steps.push({ do: 'wait', seconds: random.pick(pauses) });
  }
  return { release, nodes, addresses, steps };
}

function faultOf(
  random: Random,
  { handled, nodes }: ScenarioRequest,
  kinds: readonly FaultWord[],
): readonly Step[] {
  const usable = handled.filter(([, events]) => events.length > 0);
  if (kinds.length === 0 || usable.length === 0) return [];
  const [plugin, events] = random.pick(usable);
  const kind = random.pick(kinds);
  const how: FaultHow =
    kind === 'fails' || kind === 'stalls' ? { kind, what: random.pick(worldFaults) } : { kind };
  return [{ do: 'fault', node: random.below(nodes), plugin, event: random.pick(events), how }];
}

/** Something that makes addresses move. At most half of the nodes are away at any time, or one of two. */
function disturb(
  random: Random,
  nodes: number,
  ways: typeof disturbances,
  away: Map<number, NodeAction>,
): Step {
  const node = random.below(nodes);
  const back = away.get(node);
  if (back !== undefined || (away.size > 0 && away.size >= Math.floor(nodes / 2))) {
    const [which, action] = back === undefined ? random.pick([...away]) : [node, back];
    away.delete(which);
    return { do: action, node: which };
  }
  const [action, then] = random.pick(ways);
  if (nodes > 1) away.set(node, then);
  return action === 'ban' ? { do: action, node, seconds: random.pick([10, 60, 300]) } : { do: action, node };
}
