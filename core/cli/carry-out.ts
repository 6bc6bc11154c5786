import { sayLine, warn } from '../links/output.ts';
import type { SwitchPlan } from '../switch/event-daemon.ts';
import { takeSteps } from '../switch/steps.ts';

/** Takes the steps of a plan, or with `isDryRun` only says them, and says its warnings. @throws SwitchError if one fails. */
export async function carryOut({ steps, warnings }: SwitchPlan, isDryRun: boolean): Promise<void> {
  if (isDryRun) {
    for (const { what } of steps) sayLine(`Would: ${what}`);
    if (steps.length === 0) sayLine('Nothing would be done: it is so already');
  } else {
    await takeSteps(steps, sayLine);
    if (steps.length === 0) sayLine('Nothing to do: it is so already');
  }
  for (const warning of warnings) warn(`WARNING: ${warning}`);
}
