import type { LoadedDirectory } from '../simulate/load-plugins.ts';
import { textOf } from '../simulate/scenario.ts';
import type { SimulationRequest, SimulationResult } from '../simulate/simulate.ts';
import { states } from '../simulate/states.ts';

/** A simulation for programs. `version` changes when a name changes what it means, not when one is added. */
export function simulationAsJson(
  { seed, nodes, addresses, takeovers, release, plugins }: Omit<SimulationRequest, 'prepare'>,
  { leftOut }: LoadedDirectory,
  { scenarios, states: reached, simulatedMs, failure, refused }: SimulationResult,
  tookMs: number,
): object {
  return {
    version: 1,
    seed,
    nodes,
    addresses,
    takeovers,
    release: release.text,
    plugins: plugins.map(({ name }) => name),
    notSimulated: leftOut,
    held: failure === undefined && refused === undefined,
    cannotTell: refused ?? null,
    scenarios,
    simulatedMs: Math.round(simulatedMs),
    tookMs: Math.round(tookMs),
    reached: Object.fromEntries(states.map((state) => [state, reached.countOf(state)])),
    failure:
      failure === undefined
        ? null
        : {
            ...failure.outcome.violation,
            seed: failure.seed ?? null,
            stepsBefore: failure.stepsBefore,
            steps: failure.scenario.steps.length,
            scenario: textOf(failure.scenario),
            trace: failure.outcome.trace,
          },
  };
}
