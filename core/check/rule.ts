import type { Subject } from './subject.ts';

/** An `error` keeps something from working. A `warning` is most likely a mistake. A `note` is worth knowing, and changes no exit status. */
export type Severity = 'error' | 'warning' | 'note';

/** Something that a rule has found. */
export interface Finding {
  readonly severity: Severity;
  /** The file that it is in, absolute. */
  readonly path?: string | undefined;
  /** Counted from 1, like `column`. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** What is there, and what becomes of it. */
  readonly what: string;
  /** What to do, or to type. */
  readonly hint?: string;
}

/** What comes of a rule: what it has found, or why it could not look. */
export type RuleResult = readonly Finding[] | { readonly skipped: string };

/** Something that can be checked. */
export interface Rule {
  /** Names it in the output; it does not change. */
  readonly id: string;
  /** What is checked, in a few words. */
  readonly summary: string;
  /** Whether it looks at files only, or at the machine on which they are. */
  readonly scope: 'files' | 'machine';
  readonly check: (subject: Subject) => Promise<RuleResult>;
}
