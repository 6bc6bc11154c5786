import type { Release } from '../ctdb-installation/release.ts';
import { makeScenario, type FaultWord } from './make-scenario.ts';
import { runScenario, type ScenarioOutcome, type SimulationSetting } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { shrink } from './shrink.ts';
import { StatesReached } from './states.ts';

/** What is simulated. */
export interface SimulationRequest extends SimulationSetting {
  readonly release: Release;
  readonly nodes: number;
  readonly addresses: number;
  /** How many times something happens because of which addresses move. */
  readonly takeovers: number;
  readonly seed: number;
  readonly faults: readonly FaultWord[];
  /** The only scenario, in the place of those by chance. */
  readonly scenario?: Scenario;
}

/** A scenario that failed, as small as it could be made. */
export interface FoundFailure {
  readonly outcome: ScenarioOutcome;
  readonly scenario: Scenario;
  /** The seed that it came from, and how many steps it had then. */
  readonly seed?: number;
  readonly stepsBefore: number;
}

/** What came of a simulation. */
export interface SimulationResult {
  readonly scenarios: number;
  readonly states: StatesReached;
  /** How long all of it took by the clocks of the simulations, in milliseconds. */
  readonly simulatedMs: number;
  readonly failure?: FoundFailure;
  /** Why nobody can tell whether everything holds. */
  readonly refused?: string;
}

/** So many times something happens in one scenario. */
const roundsPerScenario = 20;

/** Seeds are whole numbers below this. */
export const seedsEnd = 2 ** 32;

/** Runs scenarios until one fails, which is made smaller then, or until all are done. */
export async function simulate(request: SimulationRequest): Promise<SimulationResult> {
  const states = new StatesReached();
  let simulatedMs = 0;
  let scenarios = 0;
  for (const { scenario, seed } of scenariosOf(request)) {
    const outcome = await runScenario(scenario, request);
    states.add(outcome.states);
    simulatedMs += outcome.tookMs;
    scenarios += 1;
    const so = { scenarios, states, simulatedMs };
    if (outcome.refused !== undefined) return { ...so, refused: outcome.refused };
    if (outcome.violation === undefined) continue;
    return {
      ...so,
      failure: { ...(await smallest(scenario, outcome, request)), ...(seed !== undefined && { seed }) },
    };
  }
  return { scenarios, states, simulatedMs };
}

function* scenariosOf(request: SimulationRequest): Generator<{ scenario: Scenario; seed?: number }> {
  if (request.scenario !== undefined) {
    yield { scenario: request.scenario };
    return;
  }
  const handled = request.plugins.map(({ name, handled: events }) => [name, events] as const);
  for (let done = 0; done < request.takeovers; done += roundsPerScenario) {
    const seed = (request.seed + done / roundsPerScenario) % seedsEnd;
    const rounds = Math.min(roundsPerScenario, request.takeovers - done);
    yield { scenario: makeScenario({ ...request, handled, seed, rounds }), seed };
  }
}

/** The smallest scenario that was found to fail in the same way. */
async function smallest(
  scenario: Scenario,
  outcome: ScenarioOutcome,
  setting: SimulationSetting,
): Promise<FoundFailure> {
  let last = outcome;
  const found = await shrink(scenario, async (smaller) => {
    const next = await runScenario(smaller, setting);
    const isSame =
      next.violation?.invariant === outcome.violation?.invariant &&
      next.violation?.plugin === outcome.violation?.plugin;
    if (isSame) last = next;
    return isSame;
  });
  return { outcome: last, scenario: found, stepsBefore: scenario.steps.length };
}
