import { join } from 'node:path';
import { rules } from '../../core/check/rules.ts';
import type { Finding } from '../../core/check/rule.ts';
import type { Subject } from '../../core/check/subject.ts';
import { ctdbPaths } from '../../core/ctdb-installation/paths.ts';
import { readEventDirectory } from '../../core/event-directory/read-event-directory.ts';
import { deadlineIn } from '../../core/process/deadline.ts';
import { type Planted, temporaryDirectory } from '../support/temporary-directory.ts';

/** A configuration directory with these files, which is not that of this node. */
export function subjectWith(files: Readonly<Record<string, Planted | string>>): Subject {
  const base = temporaryDirectory({ 'events/legacy/README': 'none', ...files });
  const environment = { ...process.env, CTDB_BASE: base, CTDB_SYS_ETCDIR: join(base, 'none') };
  return {
    base,
    isNode: false,
    directory: readEventDirectory(join(base, 'events/legacy')),
    paths: ctdbPaths(environment),
    environment,
    deadline: deadlineIn(60_000),
    signal: new AbortController().signal,
  };
}

/** What a rule finds in these files, a line each: path below the directory, severity and text, and the hint after an arrow. */
export async function found(
  id: string,
  files: Readonly<Record<string, Planted | string>>,
): Promise<readonly string[]> {
  const subject = subjectWith(files);
  const rule = rules.find((each) => each.id === id);
  const result = (await rule?.check(subject)) ?? [];
  if ('skipped' in result) return [`skipped: ${result.skipped}`];
  return result.map((finding) => inWords(finding).replaceAll(`${subject.base}/`, ''));
}

function inWords({ severity, path, line, column, what, hint }: Finding): string {
  const place = [path, line, column].filter((part) => part !== undefined).join(':');
  return `${place === '' ? '' : `${place}: `}${severity}: ${what}${hint === undefined ? '' : ` → ${hint}`}`;
}
