import { optionEnvironment } from '../../ctdb-config/option-files.ts';
import type { OptionVariables } from '../../ctdb-config/option-variables.ts';
import { ctdbPaths } from '../../ctdb-installation/paths.ts';
import { readRightOptions } from '../../plugin-api/read-options.ts';
import { describeError } from '../describe-error.ts';
import type { GoodVariables } from './last-good-options.ts';
import { type OptionSource, optionFiles } from './option-source.ts';
import { describeChanged } from './describe-changed.ts';
import { findMisspelt } from './find-misspelt.ts';
import { mayFail } from './may-fail.ts';
import { PassedOver } from '../passed-over.ts';
import { type PluginOptions, type PluginOptionsRequest, withOptions } from './plugin-options.ts';
import { type ProblemPlace, tellProblem } from '../tell-problem.ts';

/** The plugin whose options are wanted, and the event. `say` gets what is wrong with them. */
export interface OptionsInForceRequest extends PluginOptionsRequest, ProblemPlace {
  /** Gets which options are others than at the event before. */
  readonly onNews?: ((message: string) => void) | undefined;
}

/** A request, and where the options come from if not from this node's files. */
export interface Sourced {
  readonly source?: OptionSource;
}

/** The options that a plugin runs with, and what is wrong with those in its files, if anything. */
export interface FoundOptions {
  readonly options: PluginOptions;
  /** Undefined if they are the options in its files. */
  readonly problem?: string;
  /** Those that are wrong, in whose place there are defaults. */
  readonly wrong?: ReadonlySet<string>;
}

/**
 * The options that a plugin runs with: the options in its files. While these are wrong, the last ones that were right stay in
 * force. If there were none, the plugin's defaults take the place of the wrong ones.
 *
 * @throws what is wrong, at `monitor` and `startup` if no options were right before; PassedOver at any other event if there
 * are no defaults either; the signal's reason.
 */
export async function optionsInForce(request: OptionsInForceRequest & Sourced): Promise<PluginOptions> {
  const { source = optionFiles } = request;
  const { options, problem } = await findOptionsInForce(request);
  const schema = request.plugin.options;
  if (problem === undefined && schema !== undefined) {
    const before = source.keep(request, options.variables);
    if (before !== undefined) tellChanged(request, Object.keys(schema.shape), before, options.variables);
  }
  tellProblem(request, 'options', problem);
  tellProblem(request, 'option names', misspeltOf(request, options));
  return options;
}

const misspeltOf = (request: PluginOptionsRequest, read: OptionVariables): string | undefined =>
  findMisspelt(request, read)
    .map((what) => `WARNING: ${what}`)
    .join('\n') || undefined;

/** Finds them, and keeps and tells nothing. Throws as `optionsInForce` does. */
export async function findOptionsInForce(
  request: PluginOptionsRequest & Sourced & { readonly event: string },
): Promise<FoundOptions> {
  const { plugin, signal, source = optionFiles } = request;
  let read: OptionVariables | undefined;
  try {
    read = await source.read(request);
    return { options: withOptions(plugin, read) };
  } catch (error) {
    signal.throwIfAborted();
    return insteadOf(error, request, read);
  }
}

function tellChanged(
  { name, onNews }: OptionsInForceRequest,
  options: readonly string[],
  before: GoodVariables,
  now: GoodVariables,
): void {
  const changed = onNews && describeChanged(name, options, before, now);
  if (changed !== undefined) onNews?.(changed);
}

function insteadOf(
  error: unknown,
  request: PluginOptionsRequest & Sourced & { readonly event: string },
  read?: OptionVariables,
): FoundOptions {
  const { name, plugin, event } = request;
  const problem = asErrors(describeError(error, undefined));
  const good = lastGood(request);
  if (good !== undefined)
    return {
      options: good,
      problem: `${problem}ERROR: ${name} goes on with the options that were right last`,
    };
  if (mayFail(event)) throw error;
  const variables = read ?? variablesOf(request, new Map());
  const { options, wrong } =
    plugin.options === undefined
      ? { options: {}, wrong: new Set<string>() }
      : readRightOptions(plugin.options, variables.environment);
  if (options === undefined)
    throw new PassedOver(
      `${problem}ERROR: ${name} is passed over: what is wrong in its options has no default`,
    );
  return {
    options: { ...variables, options },
    wrong,
    problem: `${problem}ERROR: ${name} goes on with defaults for what is wrong in its options`,
  };
}

/** Undefined if none are kept, or if the plugin takes other options now than it did then. */
function lastGood(request: PluginOptionsRequest & Sourced): PluginOptions | undefined {
  const kept = (request.source ?? optionFiles).good(request);
  try {
    return kept && withOptions(request.plugin, variablesOf(request, kept));
  } catch {
    return undefined;
  }
}

function variablesOf(
  { environment, paths }: PluginOptionsRequest,
  variables: GoodVariables,
): OptionVariables {
  const all = optionEnvironment(paths ?? ctdbPaths(environment), environment, variables);
  return { variables, environment: Object.freeze(all), output: '', isPlain: true };
}

const asErrors = (problem: string): string =>
  problem
    .split('\n')
    .map((line) => `${line.startsWith('ERROR: ') ? '' : 'ERROR: '}${line}\n`)
    .join('');
