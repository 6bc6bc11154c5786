import type { Report } from './report.ts';

/** Takes one step after the other. One that fails is reported, and keeps none of the others from being taken. */
export async function takeAll(steps: readonly (() => unknown)[], report: Report): Promise<void> {
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      report(`While the daemon ended: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
