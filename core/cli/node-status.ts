import { ctdbPaths } from '../ctdb-installation/paths.ts';
import type { EventDirectory } from '../event-directory/entry.ts';
import { historyPlace } from '../history/history-place.ts';
import { type HistoryHealth, readHealth } from '../history/read-health.ts';
import { memoryOf, type ProcessesMemory } from '../process/proportional-memory.ts';
import { ledgerPath } from '../ledger/ledger-path.ts';
import { type LedgerView, lookAtLedger } from '../ledger/look-at-ledger.ts';
import { readSamples } from '../run/sampling/sample-file.ts';
import type { SampleView } from '../run/sampling/sample-view.ts';
import { askRunning, type Running } from '../switch/running.ts';
import { type EntryState, stateInForce, stateOf } from './entry-state.ts';
import { findNodeProblems } from './node-problems.ts';
import { isRestartDue } from './running-event-daemon.ts';

/** What is to be known of a node at a glance. */
export interface NodeStatus {
  readonly running: Running;
  readonly isRestartDue: boolean;
  readonly memory: ProcessesMemory | undefined;
  /** Undefined if no monitor is in the history. */
  readonly health: HistoryHealth | undefined;
  /** Undefined if there is no ledger, as before ctdbd's first start. */
  readonly ledger: LedgerView | undefined;
  /** Checks that are made between events. */
  readonly samples: readonly SampleView[];
  readonly entries: readonly EntryStatus[];
  readonly problems: readonly string[];
}

/** An entry of the event directory. */
export interface EntryStatus extends EntryState {
  readonly name: string;
  readonly kind: 'plugin' | 'script';
}

/** Finds it out. What cannot be found out is a problem; nothing is changed. */
export async function findNodeStatus({ entries, problems: found }: EventDirectory): Promise<NodeStatus> {
  const paths = ctdbPaths(process.env);
  const running = await askRunning(paths.eventdSocket);
  const problems = [...found, ...(await findNodeProblems())];
  const about = running.kind === 'ours' ? running.about : undefined;
  const plugins = about?.plugins;
  const states =
    plugins === undefined
      ? await Promise.all(entries.map(stateOf))
      : entries.map((entry) => stateInForce(entry, plugins));
  return {
    running,
    isRestartDue: about !== undefined && isRestartDue(about),
    memory: about === undefined ? undefined : memoryOf(about.pid, '/dist/host.js'),
    health: findHealth(problems),
    ledger: lookAtLedger(ledgerPath(paths, 'legacy')),
    samples: readSamples(paths.ownRunDir),
    entries: entries.map(({ name, kind }, index) => ({ name, kind, ...(states[index] ?? { state: '' }) })),
    problems,
  };
}

function findHealth(problems: string[]): HistoryHealth | undefined {
  const place = historyPlace(ctdbPaths(process.env), process.env, (problem) => problems.push(problem));
  if (place === undefined) return undefined;
  try {
    return readHealth(place.directory);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    problems.push(`The history cannot be read: ${error.message}`);
    return undefined;
  }
}
