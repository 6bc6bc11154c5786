import { createServices } from '../../run/context/services.ts';
import type { Context } from '../../plugin-api/context.ts';
import { inShell } from './command-words.ts';
import type { ChangedFiles } from './changed-files.ts';
import type { DryAddresses } from './dry-addresses.ts';
import { askUnlessChanged, createDryAct, createNotedRun, dependsOn } from './dry-commands.ts';
import { createDryCtdb } from './dry-ctdb.ts';
import { DryFiles } from './dry-files.ts';
import { createDryNetwork } from './dry-network.ts';
import type { StepRecorder } from './step-recorder.ts';

/**
 * A context in which a handler changes nothing: what would change something is noted in its place. All else is as it is, until it
 * depends on a change.
 *
 * @param event the name of the event
 * @param world what the plugins before it would have changed
 */
export function createDryContext(
  recorder: StepRecorder,
  real: Context,
  event: string,
  world: DryWorld,
): Context {
  return new DryContext(recorder, real, event, world);
}

/** What the plugins of an event would change that those after them see. */
export interface DryWorld {
  readonly addresses: DryAddresses;
  readonly files: ChangedFiles;
}

class DryContext implements Context {
  readonly #recorder: StepRecorder;
  readonly #real: Context;
  readonly #event: string;
  readonly #world: DryWorld;
  #ownFiles: DryFiles | undefined;
  #ownNetwork: Context['network'] | undefined;
  #ownCtdb: Context['ctdb'] | undefined;

  constructor(recorder: StepRecorder, real: Context, event: string, world: DryWorld) {
    this.#recorder = recorder;
    this.#real = real;
    this.#event = event;
    this.#world = world;
  }

  get options(): Context['options'] {
    return this.#real.options;
  }

  get environment(): Context['environment'] {
    return this.#real.environment;
  }

  get paths(): Context['paths'] {
    return this.#real.paths;
  }

  get release(): Context['release'] {
    return this.#real.release;
  }

  get replaced(): Context['replaced'] {
    return this.#real.replaced;
  }

  get signal(): AbortSignal {
    return this.#real.signal;
  }

  get now(): Context['now'] {
    return this.#real.now;
  }

  get monotonicMs(): Context['monotonicMs'] {
    return this.#real.monotonicMs;
  }

  /** Nothing happens meanwhile for which it would be worth the wait. */
  readonly sleep: Context['sleep'] = (timeMs) => {
    this.#real.signal.throwIfAborted();
    this.#recorder.note({ word: 'runs', what: `sleep ${timeMs} ms`, answer: 'not waited for' });
    return Promise.resolve();
  };

  get log(): Context['log'] {
    return this.#real.log;
  }

  get platform(): Context['platform'] {
    return this.#real.platform;
  }

  /** What a plugin remembers is kept in a copy of the ledger. */
  get state(): Context['state'] {
    const { state } = this.#real;
    this.#recorder.watchMemory(state);
    return state;
  }

  get run(): Context['run'] {
    return createNotedRun(this.#recorder, this.#real.run);
  }

  get act(): Context['act'] {
    return createDryAct(this.#recorder);
  }

  get edit(): Context['edit'] {
    return this.#files.edit;
  }

  get files(): Context['files'] {
    return this.#files.files;
  }

  get service(): Context['service'] {
    const act = createDryAct(this.#recorder, 'service');
    return createServices(act, this.files, this.#real.paths, this.#real.environment);
  }

  get network(): Context['network'] {
    return (this.#ownNetwork ??= createDryNetwork(this.#recorder, this.#real.network, this.#world.addresses));
  }

  get ctdb(): Context['ctdb'] {
    return (this.#ownCtdb ??= createDryCtdb(this.#recorder, this.#real, this.#event));
  }

  get rpc(): Context['rpc'] {
    return {
      ping: (program, options = {}) => {
        const { transport = 'tcp', version } = options;
        const what = inShell([
          'rpcinfo',
          '-T',
          transport,
          options.host ?? 'localhost',
          program,
          ...(version === undefined ? [] : [String(version)]),
        ]);
        return askUnlessChanged(
          this.#recorder,
          what,
          dependsOn.service,
          () => this.#real.rpc.ping(program, options),
          ({ ok }) => (ok ? 'answers' : 'does not answer'),
        );
      },
    };
  }

  readonly checkTcpPort: Context['checkTcpPort'] = (port) =>
    askUnlessChanged(
      this.#recorder,
      `ctdb checktcpport ${port}`,
      dependsOn.service,
      () => this.#real.checkTcpPort(port),
      (errno) => (errno === 0 ? 'nothing listens' : `errno ${errno}`),
    );

  readonly sample: Context['sample'] = (name, limits, probe) =>
    askUnlessChanged(
      this.#recorder,
      `the check ${name.split('\0')[0] ?? ''}`,
      dependsOn.command,
      () => this.#real.sample(name, limits, probe),
      (sample) => (sample.kind === 'late' ? 'late' : sample.answer.ok ? 'ok' : 'not ok'),
    );

  readonly addresses: Context['addresses'] = async () =>
    this.#world.addresses.changed(await this.#real.addresses());

  get #files(): DryFiles {
    return (this.#ownFiles ??= new DryFiles(this.#recorder, this.#real.files, this.#world.files));
  }
}
