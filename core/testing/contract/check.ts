import type { Subject } from './subject.ts';

/** One thing that every plugin must hold. */
export interface Check {
  /** What holds, as a sentence about the plugin. */
  readonly title: string;
  /** Whether the plugin has anything to do with it. */
  readonly concerns: (subject: Subject) => boolean;
  /** @throws ContractBroken if it does not hold */
  readonly run: (subject: Subject) => Promise<void>;
}
