import type { Act, Command, CommandOptions, Observing } from '../../plugin-api/context.ts';
import type { CommandOutcome } from '../../process/command-outcome.ts';
import { Stopped } from '../../process/stop-signal.ts';
import { type Caller, refuse } from './caller.ts';
import type { Called, Faults } from './faults.ts';
import { failedOutcome, inOneStream, outcomeOf, type OutcomeGiven, withWhy } from './outcome.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What a command gets beside its words. */
export interface CommandCall {
  readonly input: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** The plugin that ran it, and at which event. */
  readonly plugin: string;
  readonly event: string;
}

/** What a command answers. A function gets the whole command. */
export type CommandAnswer =
  OutcomeGiven | ((command: Command, call: CommandCall) => OutcomeGiven | Promise<OutcomeGiven>);

/** The words of a command, each as a text or a pattern; a text alone is a program, whatever its arguments. */
export type CommandPattern = string | readonly (string | RegExp)[];

interface Declared {
  readonly isMeant: (command: Command) => boolean;
  readonly answer: CommandAnswer;
}

/** The programs of a fake node. What no test declared is refused. */
export class FakeCommands {
  readonly #faults: Faults;
  readonly #clock: VirtualClock;
  readonly #declared: Declared[] = [];
  readonly #builtIn: Declared[] = [];
  #otherwise: CommandAnswer | undefined;

  constructor(faults: Faults, clock: VirtualClock) {
    this.#faults = faults;
    this.#clock = clock;
  }

  /**
   * Says what a command answers; what was said last comes first.
   *
   * @example
   * node.commands.on(['pidof', 'nginx'], { stdout: '123\n' });
   * node.commands.on('curl', ([, ...words]) => ({ code: words.includes('-f') ? 22 : 0 }));
   */
  on(pattern: CommandPattern, answer: CommandAnswer): void {
    this.#declared.unshift({ isMeant: meant(pattern), answer });
  }

  /** Says what commands answer that nothing else is said of. */
  otherwise(answer: CommandAnswer): void {
    this.#otherwise = answer;
  }

  /** Says that there is no such program. */
  missing(program: string): void {
    this.on(program, { errno: 'ENOENT' });
  }

  /** A program that is a part of the fake world. A test may say something else of it. */
  builtIn(pattern: CommandPattern, answer: CommandAnswer): void {
    this.#builtIn.push({ isMeant: meant(pattern), answer });
  }

  /** `run` and `act` of a plugin. */
  for(
    caller: Caller,
    environment: CommandCall['environment'],
  ): { readonly run: Observing<unknown>['run']; readonly act: Act } {
    const perform = async (
      command: Command,
      options: CommandOptions,
      isChange: boolean,
    ): Promise<CommandOutcome> => {
      const { timeoutMs, input = '' } = options;
      using limit = new Limit(this.#clock, caller.signal, timeoutMs);
      const { signal } = limit;
      const call = {
        input,
        environment: { ...environment, ...options.environment },
        signal,
        ...whoOf(caller),
      };
      const called: Called<CommandOutcome> = {
        words: ['command', ...command],
        isChange,
        work: () => this.#answer(caller, command, call),
        failed: failedOutcome,
        signal,
      };
      try {
        return withWhy(await limit.within(this.#faults.call(caller, called)), command[0]);
      } catch (error) {
        if (error instanceof Stopped) return { ended: error.why, ok: false, stdout: '', stderr: '' };
        throw error;
      }
    };
    const act = async (command: Command, options: Parameters<Act>[1] = {}): Promise<CommandOutcome> => {
      const outcome = await perform(command, options, true);
      if (options.quiet === true) return outcome;
      const shown = inOneStream(outcome);
      caller.show(shown.stdout);
      return shown;
    };
    return {
      run: async (command, options = {}) => {
        const outcome = await perform(command, options, false);
        return options.oneStream === true ? inOneStream(outcome) : outcome;
      },
      act: Object.assign(act, {
        background: async (command: Command, options: Parameters<Act['background']>[1] = {}) => {
          await perform(command, options, true);
        },
      }),
    };
  }

  #answer(caller: Caller, command: Command, call: CommandCall): CommandOutcome | Promise<CommandOutcome> {
    const answer =
      this.#declared.find(({ isMeant }) => isMeant(command))?.answer ??
      this.#builtIn.find(({ isMeant }) => isMeant(command))?.answer ??
      this.#otherwise;
    if (answer === undefined)
      return refuse(
        caller,
        `ran ${JSON.stringify(command.join(' '))}`,
        `node.commands.on(${inTypeScript(command)}, { stdout: '' })`,
      );
    if (typeof answer !== 'function') return outcomeOf(answer);
    const given = answer(command, call);
    return given instanceof Promise ? given.then(outcomeOf) : outcomeOf(given);
  }
}

const whoOf = ({ plugin, event }: Caller): Pick<CommandCall, 'plugin' | 'event'> => ({ plugin, event });

function meant(pattern: CommandPattern): Declared['isMeant'] {
  if (typeof pattern === 'string') return ([program]) => program === pattern;
  return (command) =>
    command.length === pattern.length &&
    pattern.every((word, at) =>
      typeof word === 'string' ? word === command[at] : word.test(command[at] ?? ''),
    );
}

const inTypeScript = (words: readonly string[]): string =>
  `[${words.map((word) => `'${word.replaceAll(/['\\]/g, String.raw`\$&`)}'`).join(', ')}]`;

/** The event's signal, and a time-out of a command's own. */
class Limit implements Disposable {
  readonly signal: AbortSignal;
  readonly #stop: () => void;

  constructor(clock: VirtualClock, outer: AbortSignal, timeoutMs: number | undefined) {
    if (timeoutMs === undefined) {
      this.signal = outer;
      this.#stop = () => undefined;
      return;
    }
    const own = new AbortController();
    const cancel = clock.schedule(
      timeoutMs,
      () => {
        own.abort(new Stopped('timed-out'));
      },
      { isLimit: true },
    );
    const passOn = (): void => {
      own.abort(outer.reason);
    };
    outer.addEventListener('abort', passOn);
    if (outer.aborted) passOn();
    this.signal = own.signal;
    this.#stop = () => {
      cancel();
      outer.removeEventListener('abort', passOn);
    };
  }

  /** The work, or the reason why it was told to stop. */
  async within<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    const stopped = Promise.withResolvers<never>();
    const stop = (): void => {
      stopped.reject(signal.reason);
    };
    if (signal.aborted) throw signal.reason;
    signal.addEventListener('abort', stop);
    try {
      return await Promise.race([work, stopped.promise]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  [Symbol.dispose](): void {
    this.#stop();
  }
}
