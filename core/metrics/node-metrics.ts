import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { eventNames } from '../events/events.ts';
import { isDisabled, isFailure, isTimedOut, scriptResults } from '../process/exit-code.ts';
import type { EntryRecord, RunRecord } from '../run/run-event.ts';
import { metricTable, type MetricName } from './metric-table.ts';

/** The two formats. node_exporter's textfile collector reads only the older one. */
export type MetricFormat = 'prometheus' | 'openmetrics';

const contentTypes = {
  prometheus: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
} as const;

/** Upper bounds in seconds: from a plugin in the daemon to the time that ctdbd waits at most. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60];

/** What is measured anew whenever somebody reads. Undefined where it is not known: then it is not shown. */
export interface Measured {
  readonly historyBytes: number | undefined;
  readonly ledgerBytes: number | undefined;
  readonly addressesHeld: number | undefined;
  /** Address changes that plugins still have to act on, by plugin. */
  readonly changesWaiting: ReadonlyMap<string, number>;
  /** Checks that are made between events, by their state. */
  readonly samples: Readonly<Record<string, number>>;
  readonly memoryBytes: number | undefined;
}

/**
 * The metrics of this node's event daemon, in one format.
 *
 * A registry for each: prom-client renames the counters of a registry that is switched to the other format.
 */
export class NodeMetrics {
  readonly #registry: Registry<
    typeof Registry.PROMETHEUS_CONTENT_TYPE | typeof Registry.OPENMETRICS_CONTENT_TYPE
  >;
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #histograms = new Map<string, Histogram>();

  /** @param labels of what runs, for `ctdb_hook_info` */
  constructor(
    format: MetricFormat,
    labels: Readonly<Record<'version' | 'build' | 'node', string>>,
    since: Date,
  ) {
    this.#registry = new Registry();
    this.#registry.setContentType(contentTypes[format]);
    this.#make();
    this.#beginAtZero();
    this.#gauge('ctdb_hook_info').set(labels, 1);
    this.#gauge('ctdb_hook_start_time_seconds').set(since.getTime() / 1000);
  }

  /** With what a server answers. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** An event was run. */
  addRun({ event: { name: event }, begin, end, waitedMs, result, entries }: RunRecord): void {
    const isLate = isTimedOut(result) && entries.length === 0;
    this.#counter('ctdb_hook_runs_total').inc({ event, result: isLate ? 'late' : wordFor(result) });
    this.#histogram('ctdb_hook_run_duration_seconds').observe({ event }, secondsBetween(begin, end));
    this.#histogram('ctdb_hook_run_wait_seconds').observe({ event }, waitedMs / 1000);
    for (const entry of entries) this.#addEntry(event, entry);
    if (event !== 'monitor') return;
    this.#gauge('ctdb_hook_monitor_healthy').set(isFailure(result) ? 0 : 1);
    this.#gauge('ctdb_hook_monitor_last_timestamp_seconds').set(end.getTime() / 1000);
  }

  #addEntry(event: string, { entry, begin, end, result, effects }: EntryRecord): void {
    if (isDisabled(result)) return;
    const of = { event, entry: entry.name };
    this.#counter('ctdb_hook_entry_runs_total').inc({ ...of, result: wordFor(result) });
    this.#counter('ctdb_hook_entry_seconds_total').inc(of, secondsBetween(begin, end));
    if (effects === undefined) return;
    this.#counter('ctdb_hook_connections_killed_total').inc({ entry: entry.name }, effects.connectionsKilled);
    this.#counter('ctdb_hook_connections_left_total').inc({ entry: entry.name }, effects.connectionsLeft);
  }

  /** A plugin host has started. The first two are no trouble: one that works, and its spare. */
  addHostStart(): void {
    this.#counter('ctdb_hook_plugin_host_starts_total').inc();
  }

  /** All metrics as text. */
  async text({
    historyBytes,
    ledgerBytes,
    addressesHeld,
    changesWaiting,
    samples,
    memoryBytes,
  }: Measured): Promise<string> {
    this.#setIfKnown('ctdb_hook_history_bytes', historyBytes);
    this.#setIfKnown('ctdb_hook_ledger_bytes', ledgerBytes);
    this.#setIfKnown('ctdb_hook_addresses_held', addressesHeld);
    this.#setIfKnown('ctdb_hook_memory_bytes', memoryBytes);
    const waiting = this.#gauge('ctdb_hook_changes_waiting');
    waiting.reset();
    for (const [entry, count] of changesWaiting) waiting.set({ entry }, count);
    for (const [state, count] of Object.entries(samples))
      this.#gauge('ctdb_hook_samples').set({ state }, count);
    return this.#registry.metrics();
  }

  #setIfKnown(name: MetricName, value: number | undefined): void {
    const gauge = this.#gauge(name);
    if (value === undefined) gauge.remove();
    else gauge.set(value);
  }

  #make(): void {
    for (const [name, { kind, what, labels }] of Object.entries(metricTable)) {
      const settings = {
        name,
        help: what,
        labelNames: labels,
        registers: [this.#registry as Registry],
      };
      if (kind === 'counter') this.#counters.set(name, new Counter(settings));
      else if (kind === 'gauge') this.#gauges.set(name, new Gauge(settings));
      else this.#histograms.set(name, new Histogram({ ...settings, buckets }));
    }
  }

  /** Prometheus sees no increase in a counter that begins with 1: the first time-out of a node would be passed over. */
  #beginAtZero(): void {
    const runs = this.#counter('ctdb_hook_runs_total');
    for (const event of eventNames)
      for (const result of ['ok', 'failed', 'timed_out', 'cancelled', 'late']) runs.inc({ event, result }, 0);
  }

  #counter(name: MetricName): Counter {
    return known(this.#counters, name);
  }

  #gauge(name: MetricName): Gauge {
    return known(this.#gauges, name);
  }

  #histogram(name: MetricName): Histogram {
    return known(this.#histograms, name);
  }
}

function known<T>(metrics: ReadonlyMap<string, T>, name: MetricName): T {
  const metric = metrics.get(name);
  if (metric === undefined) throw new Error(`${name} is of another kind in the table of metrics`);
  return metric;
}

/** How it ended, as a label. */
function wordFor(result: number): string {
  if (isTimedOut(result)) return 'timed_out';
  if (result === scriptResults.cancelled) return 'cancelled';
  return isFailure(result) ? 'failed' : 'ok';
}

/** The system's clock may be set back meanwhile, and a counter must not go down. */
const secondsBetween = (begin: Date, end: Date): number =>
  Math.max(0, end.getTime() - begin.getTime()) / 1000;
