import { basename, dirname, join } from 'node:path';
import { buildId } from '../package/build-id.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import type { Entry } from '../event-directory/entry.ts';
import { isHookLink } from '../event-directory/read-event-directory.ts';
import { installedRoot, isVersionFolder, versionLink } from '../package/installed-root.ts';
import { packageRoot } from '../package/package-root.ts';
import { packageVersion } from '../package/package-version.ts';
import type { About } from '../eventd-protocol/about.ts';
import { askRunning, type Running } from '../switch/running.ts';
import { findNodeProblems } from './node-problems.ts';
import { isStarterIn } from '../switch/starter.ts';

/** The exit statuses of `ctdb-hook list`; bin/README.md explains them. */
export const listStatuses = { asListed: 0, wrong: 1, notAsListed: 2, noneRuns: 3 } as const;

/** The first lines of `list`, and its exit status. */
export interface RunningReport {
  readonly running: Running;
  readonly lines: readonly string[];
  /** One of `listStatuses`. */
  readonly status: number;
}

/** Asks this node's event daemon which one it is, and says whether it runs the entries as they are listed. */
export async function reportRunning(entries: readonly Entry[]): Promise<RunningReport> {
  const { eventdSocket, helperDir } = ctdbPaths(process.env);
  const running = await askRunning(eventdSocket);
  const problems = await findNodeProblems();
  return {
    running,
    lines: [
      `Event daemon: ${describeRunning(running)}${restartDue(running, helperDir)}`,
      ...problems.map((problem) => `WARNING: ${problem}`),
    ],
    status: statusOf(running, entries),
  };
}

/** A note if a restart would start another event daemon: the files on disk only tell what the next start brings. */
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

/** A time in ISO 8601, in whole seconds. */
export const toTheSecond = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, 'Z');

function describeOurs(about: About): string {
  const { version, pid, since } = about;
  const line = `ctdb-hook ${version}, process ${pid}, since ${toTheSecond(since)}`;
  if (!isRestartDue(about)) return line;
  if (about.root !== packageRoot && !isEarlierVersion(about.root))
    return `${line}, of ${about.root}; this is ${packageRoot}`;
  const installed = packageVersion();
  const other = installed === version ? `another build of ${version}` : installed;
  return `${line}; ${other} is installed since: restart ctdb`;
}

/** Whether the folder is of another version beside this one, which has taken its place since. */
const isEarlierVersion = (root: string): boolean =>
  installedRoot === versionLink && dirname(root) === dirname(packageRoot) && isVersionFolder(basename(root));

/** Whether the running build differs from the one on disk, which this process is. */
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

/** Whether CTDB's own event daemon does not run the plugin. It only runs links NN.name.script. */
const isPassedOver = ({ kind, name, path, disabled }: Entry): boolean =>
  kind === 'plugin' && disabled === undefined && !isHookLink(join(dirname(path), `${name}.script`));
