import { SwitchError } from './switch-error.ts';

/** One change of the node that can be undone. */
export interface Step {
  /** What it does, as an imperative. */
  readonly what: string;
  readonly take: () => Promise<void> | void;
  /** Restores the state before `take`, even if `take` failed half-way. */
  readonly undo: () => Promise<void> | void;
}

/**
 * Takes steps one after the other, and says each before it is taken. If one fails, it and those before are undone, the last
 * first.
 *
 * @throws SwitchError with what failed, and what could not be undone.
 */
export async function takeSteps(steps: readonly Step[], say: (line: string) => void): Promise<void> {
  const begun: Step[] = [];
  for (const step of steps) {
    say(step.what);
    begun.unshift(step);
    try {
      await step.take();
    } catch (error) {
      throw new SwitchError(`${step.what}: ${messageOf(error)}. ${await undo(begun)}`, { cause: error });
    }
  }
}

async function undo(steps: readonly Step[]): Promise<string> {
  const failed: string[] = [];
  for (const step of steps) {
    try {
      await step.undo();
    } catch (error) {
      failed.push(`${step.what}: ${messageOf(error)}`);
    }
  }
  if (failed.length === 0) return 'All that was done before is undone';
  return `NOT undone: ${failed.join('; ')}`;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
