import { dirname } from 'node:path';
import type { Entry } from '../event-directory/entry.ts';
import type { AnyPlugin } from '../plugin-loading/check-definition.ts';
import type { Environment } from '../process/environment.ts';
import type { Deadline } from '../process/deadline.ts';
import { describeError } from '../run/describe-error.ts';
import { findOptionsInForce, type FoundOptions } from '../run/options/options-in-force.ts';
import { mayFail } from '../run/options/may-fail.ts';
import type { RaisedEvent } from '../run/outcome.ts';
import { PassedOver } from '../run/passed-over.ts';
import { builtinOf } from '../event-directory/builtin-of.ts';
import { loadEntryPlugin, type LoadedEntryPlugin } from '../run/plugin/entry-plugin.ts';
import { loadLastGood } from '../run/plugin/plugin-in-force.ts';
import { type ExplainedEntry, handlesNot, type PluginTrial } from './explained.ts';
import { explainOptions } from './explain-options.ts';
import type { PluginTrials } from './try-plugin.ts';
import { findIrreplaceable } from './what-cannot-be-replaced.ts';

/** The event at which a plugin is explained, and the limits. */
export interface PluginSetting {
  readonly event: RaisedEvent;
  readonly environment: Environment;
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  /** Is told of a plugin before it is loaded, which may end the process. */
  readonly onPlugin: (name: string) => void;
}

/** Finds out what a plugin would do at an event. */
export async function explainPlugin(
  entry: Entry,
  setting: PluginSetting,
  trials: () => PluginTrials,
): Promise<ExplainedEntry> {
  const { name, kind, path } = entry;
  const { event } = setting;
  const base = { name, kind, path };
  setting.onPlugin(name);
  let loaded: LoadedEntryPlugin;
  try {
    loaded = await load(entry);
  } catch (error) {
    return withoutPlugin(entry, event, describeError(error, undefined));
  }
  if (!handles(loaded.plugin, event.name)) return { ...base, word: 'not run', because: handlesNot(event) };
  const problems = [loaded.instead?.why, loaded.problem].filter((problem) => problem !== undefined);
  if (loaded.instead?.isRefused === true && mayFail(event.name)) return failing(base, problems.join('\n'));
  let found: FoundOptions;
  try {
    found = await optionsOf(entry, loaded.plugin, setting);
  } catch (error) {
    setting.signal.throwIfAborted();
    if (error instanceof PassedOver) return { ...base, word: 'not run', because: error.message };
    return failing(base, describeError(error, loaded.file));
  }
  const options = explainOptions(loaded.plugin, found.options, found.wrong ?? new Set());
  if (found.problem !== undefined) problems.push(found.problem);
  const irreplaceable = builtinOf(entry) === undefined ? findIrreplaceable(loaded.file) : undefined;
  if (irreplaceable !== undefined) {
    return { ...base, word: 'would run', whyNotTried: irreplaceable };
  }
  const trial = await trials().try({ entry, loaded, options: found.options });
  return { ...base, word: 'would run', trial: { ...trial, options, problems } };
}

/** The version that an event would run. */
async function load(entry: Entry): Promise<LoadedEntryPlugin> {
  try {
    return await loadEntryPlugin(entry);
  } catch (error) {
    const instead = await loadLastGood(entry, error);
    if (instead === undefined) throw error;
    return instead;
  }
}

/** Where ctdbd has no `ipreallocated`, what waits for it is done at `recovered`. */
const handles = ({ handlers }: AnyPlugin, event: string): boolean => {
  const names: ReadonlySet<string> = new Set(handlers.keys());
  return names.has(event) || (event === 'recovered' && names.has('ipreallocated'));
};

function optionsOf(entry: Entry, plugin: AnyPlugin, setting: PluginSetting): Promise<FoundOptions> {
  const { event, environment, deadline, signal } = setting;
  return findOptionsInForce({
    name: entry.name,
    plugin,
    directory: dirname(entry.path),
    event: event.name,
    environment,
    deadline,
    signal,
  });
}

/** Events other than `monitor` and `startup` do not fail for a plugin that cannot run. */
function withoutPlugin({ name, kind, path }: Entry, event: RaisedEvent, why: string): ExplainedEntry {
  const base = { name, kind, path };
  if (mayFail(event.name)) return failing(base, why);
  return { ...base, word: 'not run', because: `it does not load: ${why}` };
}

const failing = (base: Pick<Entry, 'name' | 'kind' | 'path'>, output: string): ExplainedEntry => ({
  ...base,
  word: 'would run',
  trial: { ...nothingTried, end: { word: 'fails' }, output },
});

const nothingTried: PluginTrial = {
  options: [],
  problems: [],
  steps: [],
  stepsLeftOut: 0,
  end: { word: 'succeeds' },
  isConditional: false,
  output: '',
};
