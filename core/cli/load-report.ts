import { dirname } from 'node:path';
import type { Entry } from '../event-directory/entry.ts';
import { keptVersion } from '../plugin-loading/last-good-version.ts';
import { deadlineIn } from '../process/deadline.ts';
import { receivedEnvironment } from '../process/environment.ts';
import { describeError } from '../run/describe-error.ts';
import { findOptionFaults } from '../run/options/find-option-faults.ts';
import { loadEntryPlugin } from '../run/plugin/entry-plugin.ts';

/** The result of loading a plugin, as `load` writes it: as JSON, on its last line. */
export interface LoadReport {
  /** Why it does not load; undefined if it does. */
  readonly fault?: string;
  /** Whether an earlier version is kept that did load. */
  readonly isKept: boolean;
  /** What is wrong with its options. */
  readonly optionFaults?: readonly string[];
}

/** How long its options files may take, in milliseconds, where they need a shell. */
const optionsTimeoutMs = 5_000;

/** Loads a plugin in this process, and reads its options. */
export async function loadReportOf(entry: Entry): Promise<LoadReport> {
  const { name, path } = entry;
  const isKept = typeof keptVersion(name, path) === 'object';
  try {
    const { plugin } = await loadEntryPlugin(entry);
    const optionFaults = await findOptionFaults({
      name,
      plugin,
      directory: dirname(path),
      environment: receivedEnvironment(),
      deadline: deadlineIn(optionsTimeoutMs),
      signal: new AbortController().signal,
    });
    return { isKept, optionFaults };
  } catch (error) {
    return { fault: describeError(error, undefined), isKept };
  }
}
