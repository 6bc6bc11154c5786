import type { Step } from './step.ts';

/** Where the value of an option comes from. */
export type OptionSource =
  /** The line is counted from 1; undefined if sh evaluated the file and not exactly one line assigns the variable. */
  | { readonly kind: 'file'; readonly file: string; readonly line: number | undefined }
  | { readonly kind: 'environment' }
  | { readonly kind: 'default' };

/** An option that a plugin would run with. */
export interface ExplainedOption {
  readonly name: string;
  /** The value that the plugin gets. */
  readonly value: unknown;
  readonly source: OptionSource;
}

/** How a plugin would end, as far as that can be known. */
export type PluginEnd =
  | { readonly word: 'succeeds' }
  | { readonly word: 'fails' }
  /** It did not end in time, although it changed nothing. */
  | { readonly word: 'out of time' }
  | { readonly word: 'unknown'; readonly needs: string };

/** What a dry run of a plugin has found. */
export interface PluginTrial {
  readonly options: readonly ExplainedOption[];
  /** What is wrong with its options, or its version, although it runs. */
  readonly problems: readonly string[];
  readonly steps: readonly Step[];
  /** How many steps more there were. */
  readonly stepsLeftOut: number;
  readonly end: PluginEnd;
  /** Whether steps, and the end, take results for granted that nobody has. */
  readonly isConditional: boolean;
  /** What it would say: the output of the event. */
  readonly output: string;
}

/** Why a plugin does not run. */
export const handlesNot = ({ name }: { readonly name: string }): string => `it does not handle ${name}`;

/** What would become of an entry at an event. */
export type ExplainedEntry = {
  readonly name: string;
  readonly kind: 'plugin' | 'script';
  readonly path: string;
} & (
  | { readonly word: 'not run'; readonly because: string }
  | {
      readonly word: 'would run';
      /** The words with which a script is called. */
      readonly command?: readonly string[];
      /** Of a plugin. What a script would do is not known: it is not tried. */
      readonly trial?: PluginTrial;
      /** Why nobody can try a plugin without changing anything. */
      readonly whyNotTried?: string;
    }
);

/** What would run at an event. */
export interface ExplainedEvent {
  readonly event: { readonly name: string; readonly argv: readonly string[] };
  readonly directory: string;
  /** What runs the entries, in words. */
  readonly runner: string;
  readonly entries: readonly ExplainedEntry[];
  /** Files that are no entries. */
  readonly ignored: readonly { readonly path: string; readonly why: string }[];
  readonly problems: readonly string[];
}
