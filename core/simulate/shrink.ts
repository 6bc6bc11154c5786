import type { Scenario } from './scenario.ts';
import type { Step } from './step.ts';

/** How often a scenario is run at most to make it smaller. */
const runsMax = 300;

/**
 * Makes a scenario smaller as long as it still fails: first its steps, in halves, quarters and so on down to single ones, then its
 * nodes and addresses.
 *
 * @param fails runs a scenario, and answers whether it fails in the same way
 */
export async function shrink(
  scenario: Scenario,
  fails: (smaller: Scenario) => Promise<boolean>,
): Promise<Scenario> {
  let best = scenario;
  let runs = 0;
  const attempt = async (smaller: Scenario): Promise<boolean> => {
    if (runs >= runsMax) return false;
    runs += 1;
    if (!(await fails(smaller))) return false;
    best = smaller;
    return true;
  };
  if (best.steps.length > 0) await attempt({ ...best, steps: [] });
  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let from = best.steps.length - size; from > -size; from -= size) {
      const steps = best.steps.toSpliced(Math.max(0, from), Math.min(size, from + size));
      if (steps.length < best.steps.length) await attempt({ ...best, steps });
    }
  for (const step of best.steps.filter(isLong)) {
    const at = best.steps.indexOf(step);
    if (at !== -1) await attempt({ ...best, steps: best.steps.with(at, { ...step, seconds: 20 }) });
  }
  while (best.nodes > 1 && !best.steps.some((step) => 'node' in step && step.node === best.nodes - 1))
    if (!(await attempt({ ...best, nodes: best.nodes - 1 }))) break;
  while (best.addresses > 1)
    if (!(await attempt({ ...best, addresses: Math.ceil(best.addresses / 2) }))) break;
  return best;
}

const isLong = (step: Step): step is Step & { do: 'wait' | 'ban'; seconds: number } =>
  'seconds' in step && step.seconds > 20;
