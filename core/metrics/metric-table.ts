/** A metric: its kind, its labels, and what it says. bin/README.md has the same table. */
export interface MetricDeclaration {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly what: string;
}

const metric = (
  kind: MetricDeclaration['kind'],
  labels: readonly string[],
  what: string,
): MetricDeclaration => ({ kind, labels, what });

/** All metrics by name. Counters end with `_total`, and units stand last, as Prometheus asks for. */
export const metricTable = {
  ctdb_hook_info: metric('gauge', ['version', 'build', 'node'], 'What runs: always 1'),
  ctdb_hook_start_time_seconds: metric('gauge', [], 'When the event daemon was started, since 1970'),
  ctdb_hook_monitor_healthy: metric('gauge', [], 'Whether the last monitor succeeded: 1 or 0'),
  ctdb_hook_monitor_last_timestamp_seconds: metric('gauge', [], 'When the last monitor ended, since 1970'),
  ctdb_hook_runs_total: metric(
    'counter',
    ['event', 'result'],
    'Events that were run; result is ok, failed, timed_out, cancelled, or late: its time was up before its turn came',
  ),
  ctdb_hook_run_duration_seconds: metric('histogram', ['event'], 'How long events took'),
  ctdb_hook_run_wait_seconds: metric(
    'histogram',
    ['event'],
    'How long events waited for other events before',
  ),
  ctdb_hook_entry_runs_total: metric(
    'counter',
    ['event', 'entry', 'result'],
    'Runs of a plugin or script; result is ok, failed, timed_out or cancelled',
  ),
  ctdb_hook_entry_seconds_total: metric('counter', ['event', 'entry'], 'Time that a plugin or script took'),
  ctdb_hook_connections_killed_total: metric(
    'counter',
    ['entry'],
    'Connections that were reset because their address was released',
  ),
  ctdb_hook_connections_left_total: metric(
    'counter',
    ['entry'],
    'Those of them that were still there afterwards',
  ),
  ctdb_hook_plugin_host_starts_total: metric('counter', [], 'Plugin hosts that were started'),
  ctdb_hook_addresses_held: metric('gauge', [], 'Public addresses that this node has, by the ledger'),
  ctdb_hook_changes_waiting: metric(
    'gauge',
    ['entry'],
    'Address changes that a plugin still has to act on at ipreallocated',
  ),
  ctdb_hook_samples: metric(
    'gauge',
    ['state'],
    'Checks that plugins make between events, by their last answer: ok, fails, late, failed or none',
  ),
  ctdb_hook_history_bytes: metric('gauge', [], 'Size of the history on disk'),
  ctdb_hook_ledger_bytes: metric('gauge', [], 'Size of the ledger on disk'),
  ctdb_hook_memory_bytes: metric('gauge', [], 'Memory of the event daemon and its plugin hosts (PSS)'),
} as const satisfies Readonly<Record<string, MetricDeclaration>>;

export type MetricName = keyof typeof metricTable;
