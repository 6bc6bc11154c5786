import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type AppliedRule, applyRules } from '../check/apply-rules.ts';
import { rules } from '../check/rules.ts';
import type { Subject } from '../check/subject.ts';
import { commands } from '../commands/commands.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { EventDirectoryError } from '../event-directory/entry.ts';
import { readEventDirectory } from '../event-directory/read-event-directory.ts';
import { sayLine, warn } from '../links/output.ts';
import { deadlineIn } from '../process/deadline.ts';
import { type Environment, receivedEnvironment } from '../process/environment.ts';
import { checkAsJson } from './check-as-json.ts';
import { checkedLines, ruleLines } from './check-lines.ts';
import { endOnSignals } from './ending-signals.ts';
import { printable } from './printable.ts';

/** How long all rules may take together, in milliseconds. bin/ctdb-hook ends what hangs in the kernel a little later. */
const timeoutMs = 170_000;

/**
 * `ctdb-hook check [DIRECTORY]`: applies all rules. Returns 0, 1 if there are warnings, 2 if there are errors or this itself fails.
 */
export async function checkCommand(words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    options: commands.check.options,
    allowPositionals: true,
  });
  const [directory, ...more] = positionals;
  if (more.length > 0 || (directory !== undefined && !existsSync(directory))) {
    const what =
      more.length > 0
        ? `expected one directory, got "${positionals.join(' ')}"`
        : `there is no ${directory ?? ''}`;
    warn(`ctdb-hook: check: ${what}`);
    return 2;
  }
  try {
    return await check(subjectAt(directory), values);
  } catch (error) {
    warn(`ctdb-hook: check: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return 2;
  }
}

async function check(
  subject: Subject,
  { json, strict }: { readonly json: boolean; readonly strict: boolean },
): Promise<number> {
  const applied: AppliedRule[] = [];
  if (!json) sayLine(`${printable(subject.base)}${subject.isNode ? ', on this node' : ', files only'}`);
  for await (const one of applyRules(rules, subject)) {
    applied.push(one);
    if (!json) for (const line of ruleLines(one)) sayLine(line);
  }
  if (json) sayLine(JSON.stringify(checkAsJson(subject, applied)));
  else for (const line of checkedLines(applied)) sayLine(line);
  const severities = new Set(applied.flatMap(({ findings }) => findings.map(({ severity }) => severity)));
  if (severities.has('error') || (strict && severities.has('warning'))) return 2;
  return severities.has('warning') ? 1 : 0;
}

function subjectAt(directory: string | undefined): Subject {
  const own = { CTDB_BASE: ctdbPaths(process.env).base, ...receivedEnvironment() };
  const environment = directory === undefined ? own : elsewhere(resolve(directory));
  const paths = ctdbPaths(environment);
  return {
    base: paths.base,
    isNode: directory === undefined,
    directory: readEvents(paths.base),
    paths,
    environment,
    deadline: deadlineIn(timeoutMs),
    signal: endOnSignals(),
  };
}

/** The environment of a configuration directory that is not this node's: nothing that belongs to this one. */
function elsewhere(base: string): Environment {
  const received = Object.entries(receivedEnvironment()).filter(([name]) => !name.startsWith('CTDB'));
  // Where it lies in a whole file system, the services' own configuration lies beside it.
  const isInEtc = basename(base) === 'ctdb' && basename(dirname(base)) === 'etc';
  return {
    ...Object.fromEntries(received),
    CTDB_BASE: base,
    CTDB_SYS_ETCDIR: isInEtc ? dirname(base) : join(base, 'no-system-configuration'),
  };
}

function readEvents(base: string): Subject['directory'] {
  const legacy = join(base, 'events', 'legacy');
  const older = join(base, 'events.d');
  try {
    return readEventDirectory(!existsSync(legacy) && existsSync(older) ? older : legacy);
  } catch (error) {
    if (!(error instanceof EventDirectoryError)) throw error;
    return { fault: error.message };
  }
}
