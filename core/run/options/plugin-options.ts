import { ctdbPaths, type CtdbPaths } from '../../ctdb-installation/paths.ts';
import type { FilesSeen } from '../../ctdb-config/files-seen.ts';
import { readOptionFiles } from '../../ctdb-config/option-files.ts';
import type { OptionVariables } from '../../ctdb-config/option-variables.ts';
import { checkTrust } from '../../files/trust.ts';
import { findStockScript } from '../../ctdb-installation/stock-script.ts';
import { isConfigName, type AnyPlugin } from '../../plugin-loading/check-definition.ts';
import { readOptions } from '../../plugin-api/read-options.ts';
import { remainingMs, type Deadline } from '../../process/deadline.ts';
import { hasProgram } from '../../process/executable.ts';

/** The plugin whose options are read, and the limits. */
export interface PluginOptionsRequest {
  readonly name: string;
  readonly plugin: AnyPlugin;
  /** The directory of the entry. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** CTDB's paths, where they have been found. */
  readonly paths?: CtdbPaths;
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  /** What was found out about option files for other plugins. */
  readonly seen?: FilesSeen | undefined;
  /** Gets files that only a shell can read: they are left out then, and no shell is run. */
  readonly leaveOut?: (file: string) => void;
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
  const { name, directory, environment, deadline, signal, seen } = request;
  const paths = request.paths ?? ctdbPaths(environment);
  return readOptionFiles({
    paths,
    plugin: name,
    directory,
    systemConfig: systemConfigOf(request, paths),
    environment,
    checkTrust,
    timeoutMs: Math.min(shTimeoutMs, remainingMs(deadline)),
    signal,
    seen,
    leaveOut: request.leaveOut,
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

/** The names of the system's own configuration of the service. @throws Error for what is no name. */
function systemConfigOf(
  { name, plugin: { systemConfig }, environment }: PluginOptionsRequest,
  paths: CtdbPaths,
): readonly string[] {
  if (typeof systemConfig !== 'function') return systemConfig === undefined ? [] : [systemConfig];
  const named = systemConfig({
    replaced: findStockScript(name, paths, environment),
    hasProgram: (program) => hasProgram(program, environment),
  });
  if (named === undefined) return [];
  if (isConfigName(named)) return [named];
  throw new Error(
    `systemConfig of ${name} answers ${JSON.stringify(named)}, expected a file name such as "nfs"`,
  );
}
