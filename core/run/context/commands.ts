import type { Act, Command, CommandOutcome, Observing } from '../../plugin/context.ts';
import type { Deadline } from '../../process/deadline.ts';
import type { Environment } from '../../process/environment.ts';
import { runCommand } from '../../process/run-command.ts';
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
}

/** The two ways in which a plugin runs commands: to see, and to change. */
export interface Commands {
  readonly run: Observing<unknown>['run'];
  readonly act: Act;
}

/** Makes `run` and `act`. */
export function createCommands(setting: CommandSetting): Commands {
  const { output, deadline, signal, group } = setting;
  const perform = (
    command: Command,
    { input, timeoutMs, environment }: NonNullable<Parameters<Act>[1]>,
    streams: 'one' | 'two',
    onOutput?: (chunk: Buffer) => void,
  ): Promise<CommandOutcome> =>
    runCommand(
      {
        command,
        environment:
          environment === undefined ? setting.environment : { ...setting.environment, ...environment },
        group,
        streams,
        ...(input === undefined ? {} : { input }),
        ...(onOutput === undefined ? {} : { onOutput }),
      },
      {
        deadline,
        signal,
        outputBytesMax: commandOutputBytesMax,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      },
    );

  const act = (command: Command, options: NonNullable<Parameters<Act>[1]> = {}) =>
    options.quiet === true
      ? perform(command, options, 'two')
      : perform(command, options, 'one', (chunk) => {
          output.add(chunk);
        });
  return {
    run: (command, options = {}) => perform(command, options, options.oneStream === true ? 'one' : 'two'),
    act: Object.assign(act, {
      background: (command: Command, options?: Parameters<Act['background']>[1]) =>
        startInBackground(setting, command, options),
    }),
  };
}
