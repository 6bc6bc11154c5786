import { ctdbPaths, type CtdbPaths } from '../ctdb/paths.ts';
import type { FilesSeen } from '../ctdb/files-seen.ts';
import { readOptionFiles, type OptionVariables } from '../ctdb/option-files.ts';
import { checkTrust } from '../entries/trust.ts';
import type { AnyPlugin } from '../plugin/check-definition.ts';
import { readOptions } from '../plugin/options.ts';
import { remainingMs, type Deadline } from '../process/deadline.ts';

/** Whose options are read, and within which limits. */
export interface PluginOptionsRequest {
  readonly name: string;
  readonly plugin: AnyPlugin;
  /** Where the entry stands. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** CTDB's paths, where they have been found. */
  readonly paths?: CtdbPaths;
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  /** What was seen of option files for others. */
  readonly seen?: FilesSeen | undefined;
}

/** A plugin's options, and the environment with what CTDB's option files set. */
export interface PluginOptions extends OptionVariables {
  readonly options: unknown;
}

/** How long option files that need a shell may take, in milliseconds, together. */
const shTimeoutMs = 5_000;

/**
 * Reads the options of a plugin afresh.
 *
 * @throws OptionsError for options that are wrong, TextFileError or ShError for files that cannot be read, Untrusted.
 */
export async function readPluginOptions(request: PluginOptionsRequest): Promise<PluginOptions> {
  const { name, plugin, directory, environment, deadline, signal, seen } = request;
  const paths = request.paths ?? ctdbPaths(environment);
  const read = await readOptionFiles({
    paths,
    plugin: name,
    directory,
    systemConfig: plugin.systemConfig === undefined ? [] : [plugin.systemConfig],
    environment,
    checkTrust,
    timeoutMs: Math.min(shTimeoutMs, remainingMs(deadline)),
    signal,
    seen,
  });
  const options =
    plugin.options === undefined ? {} : readOptions(plugin.options, read.variables, read.environment);
  return { ...read, options };
}
