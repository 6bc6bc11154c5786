import type { ServiceOptions, Services } from '../../plugin-api/context.ts';
import type { CommandOutcome } from '../../process/command-outcome.ts';
import { type Caller, refuse } from './caller.ts';
import type { FakeCommands } from './commands.ts';
import type { Faults } from './faults.ts';
import type { FakeFiles } from './file-system.ts';
import { failedOutcome, inOneStream, outcomeOf, type OutcomeGiven, withWhy } from './outcome.ts';

type Operation = keyof Services;

const operations: readonly Operation[] = ['start', 'stop', 'restart', 'reload'];

/** A service of a fake node. */
export interface FakeService {
  readonly isRunning: boolean;
  /** How often each was done, with success. */
  readonly counts: Readonly<Record<Operation, number>>;
}

interface State {
  isRunning: boolean;
  readonly counts: Record<Operation, number>;
}

/** The services of a fake node. One that no test defined is refused. Starts and stops are noticed by `systemctl` and `service`, too. */
export class FakeServices {
  readonly #faults: Faults;
  readonly #files: FakeFiles;
  readonly #states = new Map<string, State>();

  constructor(faults: Faults, commands: FakeCommands, files: FakeFiles) {
    this.#faults = faults;
    this.#files = files;
    const carryOut = (name: string, operation: string): OutcomeGiven => this.#carryOut(name, operation);
    commands.builtIn(['systemctl', /^[a-z-]+$/, /./], ([, operation = '', name = '']) =>
      carryOut(name, operation),
    );
    commands.builtIn(['service', /./, /^[a-z-]+$/], ([, name = '', operation = '']) =>
      carryOut(name, operation),
    );
  }

  /** Says that there is a service. */
  define(name: string, { isRunning = false }: { readonly isRunning?: boolean } = {}): void {
    this.#files.set(`/etc/init.d/${name}`, '', { mode: 0o755 });
    this.#states.set(name, { isRunning, counts: { start: 0, stop: 0, restart: 0, reload: 0 } });
  }

  /** A service that was defined. @throws Error for another */
  get(name: string): FakeService {
    const state = this.#states.get(name);
    if (state === undefined)
      throw new Error(`no service ${name} is defined: node.services.define('${name}')`);
    return { isRunning: state.isRunning, counts: { ...state.counts } };
  }

  /** The names of those that run, in their order. */
  get running(): readonly string[] {
    return [...this.#states]
      .filter(([, { isRunning }]) => isRunning)
      .map(([name]) => name)
      .sort();
  }

  /** A service ends without anybody having stopped it. */
  crash(name: string): void {
    this.get(name);
    const state = this.#states.get(name);
    if (state !== undefined) state.isRunning = false;
  }

  /** `service` of a plugin. */
  for(caller: Caller): Services {
    const operate =
      (operation: Operation): Services['start'] =>
      async (name: string, { quiet = false }: ServiceOptions = {}): Promise<CommandOutcome> => {
        const outcome = await this.#faults.call<CommandOutcome>(caller, {
          words: ['service', name, operation],
          isChange: true,
          work: () => {
            if (!this.#states.has(name))
              refuse(caller, `would ${operation} service ${name}`, `node.services.define('${name}')`);
            return outcomeOf(this.#carryOut(name, operation));
          },
          failed: (as) => failedOutcome(as, failures[operation](name)),
        });
        const said = withWhy(outcome, 'service');
        const shown = quiet ? said : inOneStream(said);
        if (!quiet) caller.show(shown.stdout);
        return shown;
      };
    return Object.fromEntries(operations.map((each) => [each, operate(each)])) as unknown as Services;
  }

  #carryOut(name: string, word: string): OutcomeGiven {
    const state = this.#states.get(name.replace(/\.service$/, ''));
    if (word === 'is-active')
      return state?.isRunning === true ? { stdout: 'active\n' } : { stdout: 'inactive\n', code: 3 };
    const operation = operations.find((each) => each === word);
    if (operation === undefined)
      throw new Error(`the fake services know no ${word}: say what it answers by node.commands.on(...)`);
    if (state === undefined) return unknownUnit(name, operation);
    if (operation === 'reload' && !state.isRunning)
      return { code: 1, stderr: `${name}.service is not active, cannot reload.\n` };
    state.counts[operation] += 1;
    state.isRunning = operation !== 'stop';
    return {};
  }
}

/*
 * What systemctl says, as people report it: issue 1447 of systemd/systemd, issue 1298 of cockpit-project/cockpit; the second line of a failed
 * job as of systemd 252. Its exit statuses: 5 for a unit that is not there, 1 for a job that failed, 3 for a unit that is not active.
 */

const unknownUnit = (name: string, operation: Operation): OutcomeGiven => ({
  code: 5,
  stderr:
    operation === 'stop'
      ? `Failed to stop ${name}.service: Unit ${name}.service not loaded.\n`
      : `Failed to ${operation} ${name}.service: Unit ${name}.service not found.\n`,
});

const failedJob = (name: string): OutcomeGiven => ({
  code: 1,
  stderr:
    `Job for ${name}.service failed because the control process exited with error code.\n` +
    `See "systemctl status ${name}.service" and "journalctl -xeu ${name}.service" for details.\n`,
});

const failures: Readonly<Record<Operation, (name: string) => OutcomeGiven>> = {
  start: failedJob,
  restart: failedJob,
  reload: failedJob,
  stop: (name) => ({ code: 1, stderr: `Failed to stop ${name}.service: Connection timed out\n` }),
};
