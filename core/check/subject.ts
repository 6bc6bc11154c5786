import { join } from 'node:path';
import type { CtdbPaths } from '../ctdb-installation/paths.ts';
import type { Entry, EventDirectory } from '../event-directory/entry.ts';
import { byName } from '../event-directory/file-name.ts';
import type { Environment } from '../process/environment.ts';
import type { Deadline } from '../process/deadline.ts';
import { memoized } from '../process/memoized.ts';
import type { LoadReport } from './load-report.ts';
import { tryToLoad } from './try-to-load.ts';

/** What is checked: a configuration directory of CTDB, and maybe the node that it is the one of. */
export interface Subject {
  /** The configuration directory, absolute. */
  readonly base: string;
  /** Whether it is that of this node. Otherwise nothing of this machine counts. */
  readonly isNode: boolean;
  /** The event directory, or why it cannot be read. */
  readonly directory: EventDirectory | { readonly fault: string };
  readonly paths: CtdbPaths;
  /** The environment of the processes that are started to check. */
  readonly environment: Environment;
  /** When everything must have ended. */
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
}

/** The enabled plugins of the directory. */
export function pluginsOf({ directory }: Subject): readonly Entry[] {
  if ('fault' in directory) return [];
  return directory.entries.filter(({ kind, disabled }) => kind === 'plugin' && disabled === undefined);
}

/** The scripts of the directory, enabled or not. */
export const scriptsOf = ({ directory }: Subject): readonly Entry[] =>
  'fault' in directory ? [] : directory.entries.filter(({ kind }) => kind === 'script');

/** A plugin, and what came of loading it. */
export interface LoadedPlugin {
  readonly entry: Entry;
  readonly report: LoadReport;
}

/** How many plugins are loaded at the same time. */
const together = 4;

/** Loads each enabled plugin in a process of its own, once for all rules. */
export const loadPlugins: (subject: Subject) => Promise<readonly LoadedPlugin[]> = memoized(
  async (subject: Subject) => {
    const left = [...pluginsOf(subject)];
    const loaded: LoadedPlugin[] = [];
    const worker = async (): Promise<void> => {
      for (let entry = left.shift(); entry !== undefined; entry = left.shift())
        loaded.push({ entry, report: await tryToLoad(entry, subject) });
    };
    await Promise.all(Array.from({ length: together }, worker));
    return loaded.sort((a, b) => byName(a.entry.name, b.entry.name));
  },
);

/** A path below the configuration directory. */
export const pathIn = ({ base }: Subject, ...names: readonly string[]): string => join(base, ...names);
