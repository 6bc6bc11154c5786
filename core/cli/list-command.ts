import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { commands } from '../commands/commands.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import type { Entry, EventDirectory } from '../event-directory/entry.ts';
import { findResidentHost } from '../resident/find-resident-host.ts';
import { ownDirectory, readChosenDirectory } from '../links/event-directory-option.ts';
import { type EntryState, stateOf } from './entry-state.ts';
import { runningAsJson } from './status-as-json.ts';
import { sayLine } from '../links/output.ts';
import { listStatuses, reportRunning, type RunningReport, toTheSecond } from './running-event-daemon.ts';

/**
 * `ctdb-hook list`: shows which event daemon runs, the entries in their order, and why an entry does not run. For a
 * directory other than the node's own it shows only the entries.
 *
 * @returns one of `listStatuses`.
 */
export async function listCommand(words: string[]): Promise<number> {
  const { values } = parseArgs({ args: words, options: commands.list.options });
  const directory = readChosenDirectory(values);
  const seen: Seen = {
    directory,
    running: directory.path === ownDirectory() ? await reportRunning(directory.entries) : undefined,
    host: findResidentHost(ctdbPaths(process.env).ownRunDir, directory.path),
    states: await statesOf(directory.entries),
  };
  if (values.json) sayLine(JSON.stringify(asJson(seen)));
  else for (const line of linesOf(seen)) sayLine(line);
  const isWrong = directory.problems.length > 0 || seen.states.some((state) => state.isWrong === true);
  const status = seen.running?.status ?? listStatuses.asListed;
  return status === listStatuses.asListed && isWrong ? listStatuses.wrong : status;
}

/** What `list` has found out. `states` has those of the entries, in their order. */
interface Seen {
  readonly directory: EventDirectory;
  readonly running: RunningReport | undefined;
  readonly host: ReturnType<typeof findResidentHost>;
  readonly states: readonly EntryState[];
}

/** One after another: each may take a process of its own. */
async function statesOf(entries: readonly Entry[]): Promise<EntryState[]> {
  const states: EntryState[] = [];
  for (const entry of entries) states.push(await stateOf(entry));
  return states;
}

function linesOf({ directory, running, host, states }: Seen): string[] {
  const { path, convention, entries, ignored, problems } = directory;
  const width = Math.max(0, ...entries.map(({ name }) => name.length));
  return [
    ...(running?.lines ?? []),
    ...(host === undefined
      ? []
      : [`Resident host of links: process ${host.pid}, since ${toTheSecond(host.since)}`]),
    `${path} (convention ${convention})`,
    ...entries.flatMap(({ name, kind }, index) => [
      `  ${name.padEnd(width)}  ${kind}  ${states[index]?.state ?? ''}`,
      ...(states[index]?.optionFaults ?? []).map((fault) => `    ${fault}`),
    ]),
    ...(entries.length === 0 ? ['  no plugins or scripts'] : []),
    ...(ignored.length > 0 ? ['Not run'] : []),
    ...ignored.map(({ path: file, why }) => `  ${basename(file)}: ${why}`),
    ...problems,
  ];
}

/** For programs. `version` changes when a name changes what it means, not when one is added. */
function asJson({ directory, running, host, states }: Seen): object {
  const { path, convention, entries, ignored, problems } = directory;
  return {
    version: 1,
    eventDaemon: running === undefined ? null : runningAsJson(running.running),
    residentHost: host === undefined ? null : { pid: host.pid, sinceMs: host.since.getTime() },
    directory: path,
    convention,
    entries: entries.map(({ name, kind, path: file }, index) => {
      const { state = '', isWrong = false, optionFaults = [] } = states[index] ?? {};
      return { name, kind, path: file, state, isWrong, optionFaults };
    }),
    notRun: ignored,
    problems,
  };
}
