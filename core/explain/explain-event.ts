import { basename } from 'node:path';
import type { Entry, EventDirectory } from '../event-directory/entry.ts';
import { builtinEvents } from '../event-directory/builtin.ts';
import { builtinFile, builtinOf } from '../event-directory/builtin-of.ts';
import { isLinked } from '../event-directory/is-linked.ts';
import type { Deadline } from '../process/deadline.ts';
import type { Environment } from '../process/environment.ts';
import type { RaisedEvent } from '../run/outcome.ts';
import { isKnownAsStock } from '../event-directory/declared-events.ts';
import { isDeclaredNotTo } from '../run/script/only-declared.ts';
import { type ExplainedEntry, type ExplainedEvent, handlesNot } from './explained.ts';
import type { ExplainPlugin } from './explain-plugins-main.ts';

/** What would run the event. */
export interface Runner {
  /** In words. */
  readonly inWords: string;
  /** Whether it runs plugins that no link NN.name.script enables. */
  readonly runsPlugins: boolean;
}

/** An event that is explained. */
export interface ExplainRequest {
  readonly event: RaisedEvent;
  readonly directory: EventDirectory;
  readonly runner: Runner;
  readonly environment: Environment;
  /** The events that are known of a plugin without loading it. */
  readonly notedEvents: (name: string, path: string) => ReadonlySet<string> | undefined;
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  /** Is told of each plugin before it is loaded, which may end the process. */
  readonly onPlugin: (name: string) => void;
}

/** Finds out what an event would run, and does nothing of it: the ledger, the cache and what plugins remember stay as they are. */
export async function explainEvent(request: ExplainRequest): Promise<ExplainedEvent> {
  const { event, directory, runner } = request;
  const problems: string[] = [...directory.problems];
  const report = (problem: string): void => {
    if (!problems.includes(problem)) problems.push(problem);
  };
  let explainPlugin: ExplainPlugin | undefined;
  const entries: ExplainedEntry[] = [];
  let failed: string | undefined;
  for (const entry of directory.entries) {
    const because = failed === undefined ? whyNotRun(entry, request, report) : `${failed} fails before it`;
    if (because !== undefined) {
      const { name, kind, path } = entry;
      entries.push({ name, kind, path, word: 'not run', because });
      continue;
    }
    if (isScript(entry, runner)) {
      entries.push(explainScript(entry, event));
      continue;
    }
    // Most of what plugins need is loaded only where one has to be tried.
    explainPlugin ??= (await import('./explain-plugins-main.ts')).createPluginExplainer(request, report);
    const explained = await explainPlugin(entry);
    entries.push(explained);
    if (
      explained.word === 'would run' &&
      explained.trial?.end.word === 'fails' &&
      !explained.trial.isConditional
    )
      failed = entry.name;
  }
  return {
    event,
    directory: directory.path,
    runner: runner.inWords,
    entries,
    ignored: directory.ignored,
    problems,
  };
}

/** What CTDB's own event daemon runs in the place of a plugin that no link enables is the script of its name. */
const isScript = (entry: Entry, { runsPlugins }: Runner): boolean =>
  entry.kind === 'script' || (!runsPlugins && !isLinked(entry) && entry.replaces !== undefined);

function explainScript({ name, path, replaces }: Entry, event: RaisedEvent): ExplainedEntry {
  const script = replaces ?? path;
  const command = [script, event.name, ...event.argv];
  return { name, kind: 'script', path: script, word: 'would run', command };
}

function whyNotRun(
  entry: Entry,
  { event, runner, notedEvents }: ExplainRequest,
  report: (problem: string) => void,
): string | undefined {
  const { name, kind, disabled, replaces } = entry;
  if (kind === 'script') {
    if (disabled !== undefined) return `it is disabled: ${disabled}`;
    if (runner.runsPlugins && isDeclaredNotTo(entry, event, report))
      return isKnownAsStock(entry.path)
        ? `it is CTDB's own, which does not handle ${event.name}`
        : `it declares which events it handles, and ${event.name} is none of them`;
    return undefined;
  }
  if (!runner.runsPlugins && !isLinked(entry)) {
    if (replaces !== undefined) return undefined;
    return `CTDB's own event daemon runs no plugin without a link ${name}.script to ctdb-hook`;
  }
  const instead = replaces === undefined ? '' : `; nor does ${basename(replaces)}, in whose place it is`;
  if (disabled !== undefined) return `it is disabled: ${disabled}${instead}`;
  return eventsOf(entry, notedEvents)?.has(event.name) === false ? handlesNot(event) : undefined;
}

/** The events at which a plugin has anything to do, if that is known before it is loaded. */
function eventsOf(entry: Entry, notedEvents: ExplainRequest['notedEvents']): ReadonlySet<string> | undefined {
  const builtin = builtinOf(entry);
  if (builtin === undefined) return notedEvents(entry.name, entry.path);
  return builtinFile(entry) === undefined ? undefined : builtinEvents(builtin);
}
