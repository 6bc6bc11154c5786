import type { CommandOutcome } from '../../process/command-outcome.ts';

/** What the `commands` network needs to run its commands: a part of the context of a plugin. */
export interface CommandRunner {
  /** Runs a command that changes nothing, and shows nothing of what it says. */
  readonly run: (command: readonly [string, ...string[]]) => Promise<CommandOutcome>;
  /** Runs a command that changes something; what it says is shown, unless `quiet`, which returns it. */
  readonly act: (
    command: readonly [string, ...string[]],
    options?: {
      readonly input?: string;
      readonly quiet?: boolean;
      readonly environment?: Readonly<Record<string, string>>;
    },
  ) => Promise<CommandOutcome>;
  /**
   * Runs a command that takes back what an earlier one did, and shows nothing of what it says. It runs although the event
   * was told to stop, for a moment: half done would be worse than either.
   */
  readonly undo: (
    command: readonly [string, ...string[]],
    options?: { readonly input?: string },
  ) => Promise<CommandOutcome>;
  /** Adds a line to the output of the event. */
  readonly log: (text: string) => void;
  readonly paths: { readonly helperDir: string; readonly proc: string };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Ends waits. */
  readonly signal: AbortSignal;
}

/** Shows what a command said to standard error, if anything. */
export function showErrors({ stderr }: CommandOutcome, { log }: CommandRunner): void {
  if (stderr !== '') log(stderr.replace(/\n$/, ''));
}
