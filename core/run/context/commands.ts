import type { CommandRunner } from '../../network/commands/command-runner.ts';
import type { Act, Command, CommandOutcome, Observing } from '../../plugin-api/context.ts';
import { deadlineIn, type Deadline } from '../../process/deadline.ts';
import type { Environment } from '../../process/environment.ts';
import { type CommandRequest, runCommand } from '../../process/run-command.ts';
import type { Limits } from '../../process/run-within-limits.ts';
import type { Group } from '../../process/backend.ts';
import type { EntryOutput } from '../entry-output.ts';
import { startInBackground } from './background.ts';

/** Most bytes of each stream that a plugin gets of one command. */
const commandOutputBytesMax = 16 * 1024 * 1024;

/** What the commands of one plugin at one event have in common. */
export interface CommandSetting {
  readonly plugin: string;
  readonly environment: Environment;
  readonly group: Group;
  readonly output: EntryOutput;
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  /** Whether they are for more than the event that goes on. */
  readonly outlivesEvent?: boolean;
}

/** The two ways in which a plugin runs commands: to see, and to change. */
export interface Commands {
  readonly run: Observing<unknown>['run'];
  readonly act: Act;
  readonly undo: CommandRunner['undo'];
}

/** How long a command may take that undoes something after the event's time is up. */
const undoMs = 400;

/** Makes `run` and `act`. */
export function createCommands(setting: CommandSetting): Commands {
  const { output, deadline, signal, group, outlivesEvent = false } = setting;
  const perform = (
    command: Command,
    { input, timeoutMs, environment }: NonNullable<Parameters<Act>[1]>,
    { streams, isCutAnswer }: Pick<CommandRequest, 'streams' | 'isCutAnswer'>,
    onOutput?: (chunk: Buffer) => void,
    limits: Limits = { deadline, signal },
  ): Promise<CommandOutcome> =>
    runCommand(
      {
        command,
        environment:
          environment === undefined ? setting.environment : { ...setting.environment, ...environment },
        group,
        streams,
        isCutAnswer,
        ...(input === undefined ? {} : { input }),
        ...(onOutput === undefined ? {} : { onOutput }),
      },
      {
        ...limits,
        outlivesEvent,
        outputBytesMax: commandOutputBytesMax,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      },
    );

  const act = (command: Command, options: NonNullable<Parameters<Act>[1]> = {}) =>
    options.quiet === true
      ? perform(command, options, { streams: 'two', isCutAnswer: true })
      : perform(command, options, { streams: 'one', isCutAnswer: true }, (chunk) => {
          output.add(chunk);
        });
  return {
    run: (command, options = {}) =>
      perform(command, options, { streams: options.oneStream === true ? 'one' : 'two', isCutAnswer: false }),
    act: Object.assign(act, {
      background: (command: Command, options?: Parameters<Act['background']>[1]) =>
        startInBackground(setting, command, options),
    }),
    undo: (command, options = {}) =>
      perform(command, options, { streams: 'two', isCutAnswer: true }, undefined, {
        deadline: Math.max(deadline, deadlineIn(undoMs)),
      }),
  };
}
