import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { commands } from '../commands/commands.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { findResidentHost } from '../resident/find-resident-host.ts';
import { ownDirectory, readChosenDirectory } from '../links/event-directory-option.ts';
import { stateOf } from './entry-state.ts';
import { sayLine } from '../links/output.ts';
import { listStatuses, reportRunning, toTheSecond } from './running-event-daemon.ts';

/**
 * `ctdb-hook list`: shows which event daemon runs, the entries in their order, and why an entry does not run. For a
 * directory other than the node's own it shows only the entries.
 *
 * @returns one of `listStatuses`.
 */
export async function listCommand(words: string[]): Promise<number> {
  const { values } = parseArgs({ args: words, options: commands.list.options });
  const { path, convention, entries, ignored, problems } = readChosenDirectory(values);
  const running = path === ownDirectory() ? await reportRunning(entries) : undefined;
  if (running !== undefined) for (const line of running.lines) sayLine(line);
  const host = findResidentHost(ctdbPaths(process.env).ownRunDir, path);
  if (host !== undefined)
    sayLine(`Resident host of links: process ${host.pid}, since ${toTheSecond(host.since)}`);
  sayLine(`${path} (convention ${convention})`);
  const width = Math.max(0, ...entries.map(({ name }) => name.length));
  let isWrong = problems.length > 0;
  for (const entry of entries) {
    const { state, isWrong: isThisWrong = false, optionFaults = [] } = await stateOf(entry);
    isWrong ||= isThisWrong;
    sayLine(`  ${entry.name.padEnd(width)}  ${entry.kind}  ${state}`);
    for (const fault of optionFaults) sayLine(`    ${fault}`);
  }
  if (entries.length === 0) sayLine('  no plugins or scripts');
  if (ignored.length > 0) sayLine('Not run');
  for (const { path: file, why } of ignored) sayLine(`  ${basename(file)}: ${why}`);
  for (const problem of problems) sayLine(problem);
  const status = running?.status ?? listStatuses.asListed;
  return status === listStatuses.asListed && isWrong ? listStatuses.wrong : status;
}
