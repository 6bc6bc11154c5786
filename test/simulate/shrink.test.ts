import { expect, test } from 'vitest';
import { newestTried } from '../../core/ctdb-installation/release.ts';
import { faultWords, makeScenario } from '../../core/simulate/make-scenario.ts';
import { shrink } from '../../core/simulate/shrink.ts';
import type { Scenario } from '../../core/simulate/scenario.ts';
import { lineOf } from '../../core/simulate/step.ts';

const scenario = makeScenario({
  seed: 1,
  release: newestTried,
  nodes: 5,
  addresses: 40,
  rounds: 50,
  handled: [['70.web', ['takeip', 'monitor']]],
  faults: faultWords,
});

test('of two hundred steps those are left without which it does not fail', async () => {
  const [first, last] = [scenario.steps[20], scenario.steps[90]];
  const fails = ({ steps, addresses }: Scenario): Promise<boolean> =>
    Promise.resolve(
      addresses >= 3 && [first, last].every((step) => step !== undefined && steps.includes(step)),
    );
  const small = await shrink(scenario, fails);
  expect(small.steps).toEqual([first, last]);
  expect(small.addresses).toBe(3);
});

test('what fails without any step has none', async () => {
  const small = await shrink(scenario, () => Promise.resolve(true));
  expect(small).toMatchObject({ steps: [], nodes: 1, addresses: 1 });
});

test('what fails in no smaller way stays as it is', async () => {
  const small = await shrink(scenario, () => Promise.resolve(false));
  expect(small.steps.map(lineOf)).toEqual(scenario.steps.map(lineOf));
});
