import type { CommandOutcome } from '../../process/command-outcome.ts';
import { describeEnd } from '../../process/describe-end.ts';

/** What the `commands` network needs to run its commands. It is a part of a plugin's context. */
export interface CommandRunner {
  /** Runs a command that changes nothing. Its output is not shown. */
  readonly run: (command: readonly [string, ...string[]]) => Promise<CommandOutcome>;
  /** Runs a command that changes something. Its output is shown, unless `quiet`, which returns it. */
  readonly act: (
    command: readonly [string, ...string[]],
    options?: {
      readonly input?: string;
      readonly quiet?: boolean;
      readonly environment?: Readonly<Record<string, string>>;
    },
  ) => Promise<CommandOutcome>;
  /**
   * Runs a command that undoes an earlier one. Its output is not shown. It runs for a moment even if the event was told to
   * stop: a change that is half done would be worse than either state.
   */
  readonly undo: (
    command: readonly [string, ...string[]],
    options?: { readonly input?: string },
  ) => Promise<CommandOutcome>;
  /** Adds a line to the output of the event. */
  readonly log: (text: string) => void;
  readonly paths: { readonly helperDir: string; readonly proc: string };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Ends all waits. */
  readonly signal: AbortSignal;
}

/** Shows what a command wrote to standard error, if anything. */
export function showErrors({ stderr }: CommandOutcome, { log }: CommandRunner): void {
  if (stderr !== '') log(stderr.replace(/\n$/, ''));
}

/** Whether there is no such command, so that nobody can have done anything with it. */
export const isMissing = (outcome: CommandOutcome): boolean =>
  outcome.ended === 'not-started' && outcome.errno === 'ENOENT';

/** How a command failed, after its name, with what it said. */
export const describeFailure = (name: string, outcome: CommandOutcome): string =>
  `${name} ${describeEnd(outcome)}${outcome.ended === 'not-started' ? '' : `\n${outcome.stderr}`}`.trimEnd();
