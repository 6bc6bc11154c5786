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
 * Reads afresh what option files set for a plugin.
 *
 * @throws TextFileError or ShError for files that cannot be read, Untrusted, the signal's reason.
 */
export function readPluginVariables(request: PluginOptionsRequest): Promise<OptionVariables> {
  const { name, plugin, directory, environment, deadline, signal, seen } = request;
  return readOptionFiles({
    paths: request.paths ?? ctdbPaths(environment),
    plugin: name,
    directory,
    systemConfig: plugin.systemConfig === undefined ? [] : [plugin.systemConfig],
    environment,
    checkTrust,
    timeoutMs: Math.min(shTimeoutMs, remainingMs(deadline)),
    signal,
    seen,
  });
}

/**
 * A plugin's options by these variables.
 *
 * @throws OptionsError for options that are wrong.
 */
export function withOptions({ options: schema }: AnyPlugin, read: OptionVariables): PluginOptions {
  return {
    ...read,
    options: schema === undefined ? {} : readOptions(schema, read.variables, read.environment),
  };
}
