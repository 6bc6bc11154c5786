import { dirname, join } from 'node:path';
import { buildId } from '../package/build-id.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import type { Entry } from '../event-directory/entry.ts';
import { isHookLink } from '../event-directory/read-event-directory.ts';
import { packageRoot } from '../package/package-root.ts';
import { packageVersion } from '../package/package-version.ts';
import type { About } from '../eventd-protocol/about.ts';
import { askRunning, type Running } from '../switch/running.ts';
import { findNodeProblems } from './node-problems.ts';
import { isStarterIn } from '../switch/starter.ts';

/** What `ctdb-hook list` ends with; bin/README.md has them in words. */
export const listStatuses = { asListed: 0, wrong: 1, notAsListed: 2, noneRuns: 3 } as const;

/** What `list` says first, and what it makes of it. */
export interface RunningReport {
  readonly lines: readonly string[];
  /** One of `listStatuses`. */
  readonly status: number;
}

/** Asks this node's event daemon which one it is, and tells whether it runs these entries as they are listed. */
export async function reportRunning(entries: readonly Entry[]): Promise<RunningReport> {
  const { eventdSocket, helperDir } = ctdbPaths(process.env);
  const running = await askRunning(eventdSocket);
  const problems = await findNodeProblems();
  return {
    lines: [
      `Event daemon: ${describeRunning(running)}${restartDue(running, helperDir)}`,
      ...problems.map((problem) => `WARNING: ${problem}`),
    ],
    status: statusOf(running, entries),
  };
}

/** What is on disk says what runs after a restart, and no more. */
function restartDue({ kind }: Running, helperDir: string): string {
  const isOn = kind === 'stock' && isStarterIn(helperDir);
  return isOn ? '; it is switched to ctdb-hook’s: restart ctdb' : '';
}

/** The event daemon that runs, in words. */
export function describeRunning(running: Running): string {
  switch (running.kind) {
    case 'ours':
      return describeOurs(running.about);
    case 'stock':
      return 'CTDB’s own: it runs scripts, and plugins only through a link NN.name.script to ctdb-hook';
    case 'none':
      return `none runs: ${running.why}`;
    case 'unknown':
      return `cannot tell which one runs: ${running.why}`;
  }
}

function describeOurs(about: About): string {
  const { version, pid, since } = about;
  const line = `ctdb-hook ${version}, process ${pid}, since ${since.toISOString().replace(/\.\d+Z$/, 'Z')}`;
  if (!isRestartDue(about)) return line;
  if (about.root !== packageRoot) return `${line}, of ${about.root}; this is ${packageRoot}`;
  const installed = packageVersion();
  const other = installed === version ? `another build of ${version}` : installed;
  return `${line}; ${other} is installed since: restart ctdb`;
}

/** Whether another build runs than the one that is asked for it, on disk now. */
export const isRestartDue = ({ root, build }: About): boolean => root !== packageRoot || build !== buildId;

function statusOf(running: Running, entries: readonly Entry[]): number {
  switch (running.kind) {
    case 'ours':
      return isRestartDue(running.about) ? listStatuses.notAsListed : listStatuses.asListed;
    case 'stock':
      return entries.some(isPassedOver) ? listStatuses.notAsListed : listStatuses.asListed;
    case 'none':
      return listStatuses.noneRuns;
    case 'unknown':
      return listStatuses.wrong;
  }
}

/** Whether CTDB's own event daemon does not run the plugin: it runs links NN.name.script only. */
const isPassedOver = ({ kind, name, path, disabled }: Entry): boolean =>
  kind === 'plugin' && disabled === undefined && !isHookLink(join(dirname(path), `${name}.script`));
