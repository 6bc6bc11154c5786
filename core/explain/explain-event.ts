import { basename } from 'node:path';
import type { Entry, EventDirectory } from '../event-directory/entry.ts';
import { isLinked } from '../event-directory/is-linked.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { Deadline } from '../process/deadline.ts';
import type { Environment } from '../process/environment.ts';
import type { RaisedEvent } from '../run/outcome.ts';
import { isDeclaredNotTo } from '../run/script/only-declared.ts';
import { LedgerAccess } from '../run/state/ledger-access.ts';
import type { ExplainedEntry, ExplainedEvent } from './explained.ts';
import { explainPlugin } from './explain-plugin.ts';
import { PluginTrials } from './try-plugin.ts';

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
  const { event, directory, runner, environment } = request;
  const problems: string[] = [...directory.problems];
  const report = (problem: string): void => {
    if (!problems.includes(problem)) problems.push(problem);
  };
  const ledgerAccess = new LedgerAccess(environment, report, { openLedger: Ledger.copy });
  if (event.name === 'init') await ledgerAccess.noteInit();
  else ledgerAccess.noteRaised(event);
  let trials: PluginTrials | undefined;
  const setting = { ...request, ledgerAccess };
  const entries: ExplainedEntry[] = [];
  let failed: string | undefined;
  for (const entry of directory.entries) {
    const because = failed === undefined ? whyNotRun(entry, request, report) : `${failed} fails before it`;
    if (because !== undefined) {
      const { name, kind, path } = entry;
      entries.push({ name, kind, path, word: 'not run', because });
      continue;
    }
    const explained = isScript(entry, runner)
      ? explainScript(entry, event)
      : await explainPlugin(entry, setting, () => (trials ??= new PluginTrials(setting)));
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
  { event, runner }: ExplainRequest,
  report: (problem: string) => void,
): string | undefined {
  const { name, kind, disabled, replaces } = entry;
  if (kind === 'script') {
    if (disabled !== undefined) return `it is disabled: ${disabled}`;
    if (runner.runsPlugins && isDeclaredNotTo(entry, event, report))
      return `it declares which events it handles, and ${event.name} is none of them`;
    return undefined;
  }
  if (!runner.runsPlugins && !isLinked(entry)) {
    if (replaces !== undefined) return undefined;
    return `CTDB's own event daemon runs no plugin without a link ${name}.script to ctdb-hook`;
  }
  const instead = replaces === undefined ? '' : `; nor does ${basename(replaces)}, in whose place it is`;
  return disabled === undefined ? undefined : `it is disabled: ${disabled}${instead}`;
}
