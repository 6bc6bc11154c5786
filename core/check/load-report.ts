import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Entry } from '../event-directory/entry.ts';
import { Untrusted } from '../files/trust.ts';
import { keptVersion } from '../plugin-loading/last-good-version.ts';
import { loadPlugin } from '../plugin-loading/load-plugin.ts';
import type { AnyPlugin } from '../plugin-loading/check-definition.ts';
import { deadlineIn } from '../process/deadline.ts';
import { receivedEnvironment } from '../process/environment.ts';
import { describeError } from '../run/describe-error.ts';
import { findOptionFaults } from '../run/options/find-option-faults.ts';
import { builtinFile, builtinOf } from '../event-directory/builtin-of.ts';
import { loadEntryPlugin } from '../run/plugin/entry-plugin.ts';
import { tcpResetPolicyOf } from '../run/plugin/tcp-reset-policy.ts';

/** The result of loading a plugin, as `load` writes it: as JSON, on its last line. */
export interface LoadReport {
  /** Why it does not load; undefined if it does. */
  readonly fault?: string;
  /** Whether it is not loaded because somebody else could have written it. */
  readonly isRefused?: boolean;
  /** Whether an earlier version is kept that did load. */
  readonly isKept: boolean;
  /** What is wrong with its options. */
  readonly optionFaults?: readonly string[];
  /** The options that it declares. */
  readonly optionNames?: readonly string[];
  /** The ports of which it says how connections are reset; on another machine than the node's, unless that depends on options. */
  readonly tcpPorts?: readonly number[];
  /** Option files that were left out, because only a shell can read them, and it must not run here. */
  readonly leftOut?: readonly string[];
}

/** How long its options files may take, in milliseconds, where they need a shell. */
const optionsTimeoutMs = 5_000;

/**
 * Loads a plugin in this process, and reads its options.
 *
 * @param isNode whether this is the node that it is for
 */
export async function loadReportOf(entry: Entry, isNode = true): Promise<LoadReport> {
  const { name, path } = entry;
  const isKept = isNode && typeof keptVersion(name, path) === 'object';
  try {
    const plugin = await pluginOf(entry, isNode);
    const leftOut: string[] = [];
    const limits = {
      environment: receivedEnvironment(),
      deadline: deadlineIn(optionsTimeoutMs),
      signal: new AbortController().signal,
    };
    const optionFaults = await findOptionFaults({
      ...limits,
      name,
      plugin,
      directory: dirname(path),
      ...(isNode ? {} : { leaveOut: (file: string) => void leftOut.push(file) }),
    });
    const optionNames = Object.keys(plugin.options?.shape ?? {});
    const asked = { ...limits, load: () => Promise.resolve({ plugin }), report: () => undefined };
    const policy =
      typeof plugin.tcp === 'function' && isNode
        ? await tcpResetPolicyOf(entry, asked).catch(() => undefined) // An event of it says why.
        : plugin.tcp;
    const tcpPorts = typeof policy === 'object' ? policy.ports : [];
    return { isKept, optionFaults, optionNames, tcpPorts, ...(leftOut.length > 0 && { leftOut }) };
  } catch (error) {
    return {
      fault: describeError(error, undefined),
      isKept,
      ...(error instanceof Untrusted && { isRefused: true }),
    };
  }
}

/** Elsewhere a link to a built-in plugin may lead to where the package is on the node. */
async function pluginOf(entry: Entry, isNode: boolean): Promise<AnyPlugin> {
  if (isNode) return (await loadEntryPlugin(entry)).plugin;
  return loadPlugin(
    builtinOf(entry) === undefined ? realpathSync.native(entry.path) : (builtinFile(entry) ?? entry.path),
  );
}
