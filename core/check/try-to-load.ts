import { join } from 'node:path';
import type { Entry } from '../event-directory/entry.ts';
import { builtinOfSource } from '../event-directory/builtin.ts';
import { isHookLink } from '../event-directory/read-event-directory.ts';
import { programRoot } from '../package/package-root.ts';
import { keptVersion } from '../plugin-loading/last-good-version.ts';
import { deadlineIn } from '../process/deadline.ts';
import { describeEnd } from '../process/describe-end.ts';
import { type Environment, receivedEnvironment } from '../process/environment.ts';
import { runCommand } from '../process/run-command.ts';
import { type LoadReport, loadReportOf } from './load-report.ts';

/** How long a plugin may take to load here, in milliseconds. This is a little longer than in the event daemon. */
const timeoutMs = 7_000;

/** Most output of a plugin while it loads, in bytes. */
const outputBytesMax = 1024 * 1024;

/** Where a plugin is tried. */
export interface TryWhere {
  /** Whether it is on the node that it is for. Otherwise no shell reads its options, and the owner of its files does not matter. */
  readonly isNode: boolean;
  readonly environment: Environment;
}

/**
 * Loads a plugin as it is now, and reads its options. On its node a built-in one is loaded here, any other in a process of its own: it
 * may take for ever, or end the process.
 */
export async function tryToLoad(
  entry: Entry,
  { isNode, environment }: TryWhere = { isNode: true, environment: receivedEnvironment() },
): Promise<LoadReport> {
  const isBuiltin = isHookLink(entry.path) || builtinOfSource(entry.path) !== undefined;
  if (isNode && isBuiltin) return loadReportOf(entry);
  const program = join(programRoot, 'dist', 'hook.js');
  const words = ['load', entry.name, entry.path, ...(isNode ? [] : ['elsewhere'])];
  const outcome = await runCommand(
    {
      command: [process.execPath, '--disable-warning=ExperimentalWarning', program, 'ctdb-hook', ...words],
      environment,
      group: 'own',
      streams: 'two',
    },
    { deadline: deadlineIn(timeoutMs), graceMs: 0, outputBytesMax },
  );
  const report = reportIn(outcome.stdout);
  if (report !== undefined) return report;
  const isKept = isNode && typeof keptVersion(entry.name, entry.path) === 'object';
  return { fault: `${entry.path}: the process that loaded it ${describeEnd(outcome)}`, isKept };
}

function reportIn(stdout: string): LoadReport | undefined {
  try {
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as LoadReport;
  } catch {
    return undefined; // There is no report.
  }
}
