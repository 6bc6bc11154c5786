import type { Act, Command, CommandOutcome, Context } from '../../plugin-api/context.ts';
import { describeEnd } from '../../process/describe-end.ts';
import type { ChangeKind } from '../step.ts';
import { inShell } from './command-words.ts';
import type { StepRecorder } from './step-recorder.ts';
import { unknownOutcome } from './unknown-outcome.ts';

/** Makes an `act` that notes commands, and runs none. */
export function createDryAct(recorder: StepRecorder, kind: ChangeKind = 'command'): Act {
  const act = (command: Command, { input }: { readonly input?: string } = {}): Promise<CommandOutcome> => {
    const what = inShell(command);
    recorder.note({ word: 'would run', kind, command, what, ...(input !== undefined && { input }) });
    return Promise.resolve(unknownOutcome(recorder, what));
  };
  return Object.assign(act, {
    background: (command: Command) => {
      recorder.note({ word: 'would run', kind: 'background', command, what: inShell(command) });
      return Promise.resolve();
    },
  });
}

/** The changes on which an answer may depend. */
export const dependsOn = {
  /** What a command says may depend on anything. */
  command: ['command', 'background', 'service', 'ctdb', 'network', 'file'],
  /** A service may have been started or stopped. */
  service: ['command', 'background', 'service'],
} as const satisfies Readonly<Record<string, readonly ChangeKind[]>>;

/** Asks, unless something was to be changed before that the answer may depend on. */
export async function askUnlessChanged<T>(
  recorder: StepRecorder,
  what: string,
  kinds: readonly ChangeKind[],
  ask: () => Promise<T>,
  inWords: (answer: T) => string,
): Promise<T> {
  if (recorder.needs !== undefined) return recorder.end(recorder.needs);
  const change = recorder.lastChange(...kinds);
  if (change !== undefined) return recorder.end(`${what}, after ${change.what}`);
  const answer = await ask();
  recorder.note({ word: 'runs', what, answer: inWords(answer) });
  return answer;
}

/** Makes a `run` that runs commands, and notes them. */
export function createNotedRun(recorder: StepRecorder, run: Context['run']): Context['run'] {
  return (command, options) =>
    askUnlessChanged(recorder, inShell(command), dependsOn.command, () => run(command, options), describeEnd);
}
