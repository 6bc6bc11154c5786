import type { Entry } from '../event-directory/entry.ts';
import type { Deadline } from '../process/deadline.ts';
import type { Environment } from '../process/environment.ts';
import { isFailure, isTimedOut } from '../process/exit-code.ts';
import type { PluginOptions } from '../run/options/plugin-options.ts';
import type { RaisedEvent } from '../run/outcome.ts';
import type { LoadedEntryPlugin } from '../run/plugin/entry-plugin.ts';
import { createPluginRunner, type RunPlugin } from '../run/plugin/plugin-runner.ts';
import type { LedgerAccess } from '../run/state/ledger-access.ts';
import { nothingLookedUp } from '../run/state/shared-lookups.ts';
import { textOf } from '../text/bytes-as-text.ts';
import { ChangedFiles } from './dry-run/changed-files.ts';
import { DryAddresses } from './dry-run/dry-addresses.ts';
import { createDryContext } from './dry-run/dry-context.ts';
import { StepRecorder } from './dry-run/step-recorder.ts';
import type { PluginEnd, PluginTrial } from './explained.ts';

/** What plugins are tried with. */
export interface TrialSetting {
  readonly environment: Environment;
  /** Of a copy of the ledger. */
  readonly ledgerAccess: LedgerAccess;
  readonly event: RaisedEvent;
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
}

/** A plugin that is tried, with the options that it would run with. */
export interface TriedPlugin {
  readonly entry: Entry;
  readonly loaded: LoadedEntryPlugin;
  readonly options: PluginOptions;
}

/** Runs plugins as an event would, each with a context that changes nothing. To be made once in a process. */
export class PluginTrials {
  readonly #setting: TrialSetting;
  readonly #runPlugin: RunPlugin;
  #tried: { readonly plugin: TriedPlugin; readonly recorder: StepRecorder } | undefined;

  constructor(setting: TrialSetting) {
    this.#setting = setting;
    const world = { addresses: new DryAddresses(), files: new ChangedFiles() };
    this.#runPlugin = createPluginRunner({
      environment: setting.environment,
      ledgerAccess: setting.ledgerAccess,
      group: 'inherited',
      unclaimed: () => undefined,
      report: () => undefined,
      tcpReset: () => Promise.reject(new Error('nothing is reset in a dry run')),
      load: () => Promise.resolve(this.#now.plugin.loaded),
      networkWhenUnset: 'netlink', // As in the event daemon and the resident host.
      replaceContext: (context) => createDryContext(this.#now.recorder, context, setting.event.name, world),
    });
  }

  /** Tries one. */
  async try(plugin: TriedPlugin): Promise<Omit<PluginTrial, 'options' | 'problems'>> {
    const { event, deadline, signal } = this.#setting;
    const { name } = plugin.entry;
    const stop = new AbortController();
    const recorder = new StepRecorder(() => {
      stop.abort();
    });
    this.#tried = { plugin, recorder };
    const shared = nothingLookedUp();
    shared.options.set(name, plugin.options);
    const said: Buffer[] = [];
    const { result } = await this.#runPlugin({
      entry: plugin.entry,
      event,
      deadline,
      stopDeadline: deadline,
      signal: AbortSignal.any([signal, stop.signal]),
      sink: (chunk) => {
        if (recorder.needs === undefined) said.push(chunk);
      },
      shared,
    });
    signal.throwIfAborted();
    const end = endOf(result, recorder);
    recorder.noteMemory();
    return {
      steps: recorder.steps,
      stepsLeftOut: recorder.leftOut,
      end,
      isConditional: recorder.isConditional,
      output: textOf(Buffer.concat(said)),
    };
  }

  get #now(): { readonly plugin: TriedPlugin; readonly recorder: StepRecorder } {
    if (this.#tried === undefined) throw new Error('no plugin is tried');
    return this.#tried;
  }
}

function endOf(result: number, { needs }: StepRecorder): PluginEnd {
  if (needs !== undefined) return { word: 'unknown', needs };
  if (isTimedOut(result)) return { word: 'out of time' };
  return { word: isFailure(result) ? 'fails' : 'succeeds' };
}
