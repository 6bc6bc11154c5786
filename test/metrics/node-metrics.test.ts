import { expect, test } from 'vitest';
import { metricTable } from '../../core/metrics/metric-table.ts';
import { NodeMetrics, type Measured, type MetricFormat } from '../../core/metrics/node-metrics.ts';
import { scriptResults } from '../../core/process/exit-code.ts';
import type { RunRecord } from '../../core/run/run-event.ts';

const nothing: Measured = {
  historyBytes: undefined,
  ledgerBytes: undefined,
  addressesHeld: undefined,
  changesWaiting: new Map(),
  samples: {},
  memoryBytes: undefined,
};

const metricsOf = (format: MetricFormat) =>
  new NodeMetrics(format, { version: '0.1.0', build: 'b', node: 'v24' }, new Date(1_700_000_000_000));

/** A run of one entry that began at 0 and took so many milliseconds. */
function ran(event: string, result: number, tookMs = 100, names = ['60.nfs']): RunRecord {
  const time = { begin: new Date(0), end: new Date(tookMs) };
  const entries = names.map((name) => ({
    entry: { name, kind: 'plugin' as const, path: '' },
    ...time,
    result,
    output: Buffer.alloc(0),
  }));
  return { event: { name: event, argv: [] }, waitedMs: 20, ...time, result, entries };
}

const linesOf = (text: string, name: string) =>
  text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));

test.each([
  [scriptResults.ok, 'ok'],
  [1, 'failed'],
  [scriptResults.signalled, 'failed'],
  [scriptResults.timedOut, 'timed_out'],
  [scriptResults.cancelled, 'cancelled'],
])('a run with result %d is counted as %s, and so is its entry', async (result, word) => {
  const metrics = metricsOf('prometheus');
  metrics.addRun(ran('takeip', result));
  const text = await metrics.text(nothing);
  expect(linesOf(text, 'ctdb_hook_runs_total').filter((line) => !line.endsWith(' 0'))).toEqual([
    `ctdb_hook_runs_total{event="takeip",result="${word}"} 1`,
  ]);
  expect(linesOf(text, 'ctdb_hook_entry_runs_total')).toEqual([
    `ctdb_hook_entry_runs_total{event="takeip",entry="60.nfs",result="${word}"} 1`,
  ]);
  expect(linesOf(text, 'ctdb_hook_entry_seconds_total')).toEqual([
    'ctdb_hook_entry_seconds_total{event="takeip",entry="60.nfs"} 0.1',
  ]);
  expect(linesOf(text, 'ctdb_hook_run_wait_seconds_sum')).toEqual([
    'ctdb_hook_run_wait_seconds_sum{event="takeip"} 0.02',
  ]);
});

test('an event that started nothing because it was late is counted apart', async () => {
  const metrics = metricsOf('prometheus');
  metrics.addRun(ran('monitor', scriptResults.timedOut, 0, []));
  expect(await metrics.text(nothing)).toContain('ctdb_hook_runs_total{event="monitor",result="late"} 1');
});

test('connections that a plugin killed are added up, and those that were left', async () => {
  const metrics = metricsOf('prometheus');
  for (const connectionsKilled of [3, 4]) {
    const record = ran('releaseip', 0);
    const effects = { connectionsKilled, connectionsLeft: 1, changesTold: 0, moved: [] };
    metrics.addRun({ ...record, entries: record.entries.map((entry) => ({ ...entry, effects })) });
  }
  const text = await metrics.text(nothing);
  expect(text).toContain('ctdb_hook_connections_killed_total{entry="60.nfs"} 7\n');
  expect(text).toContain('ctdb_hook_connections_left_total{entry="60.nfs"} 2\n');
});

test('a disabled entry is not counted', async () => {
  const metrics = metricsOf('prometheus');
  metrics.addRun({ ...ran('monitor', scriptResults.disabled), result: 0 });
  expect(linesOf(await metrics.text(nothing), 'ctdb_hook_entry_runs_total')).toEqual([]);
});

test('monitor says whether the node is healthy, and no other event does', async () => {
  const metrics = metricsOf('prometheus');
  metrics.addRun(ran('monitor', 0, 3000));
  metrics.addRun(ran('takeip', 1));
  const text = await metrics.text(nothing);
  expect(text).toContain('ctdb_hook_monitor_healthy 1\n');
  expect(text).toContain('ctdb_hook_monitor_last_timestamp_seconds 3\n');
  metrics.addRun(ran('monitor', 1));
  expect(await metrics.text(nothing)).toContain('ctdb_hook_monitor_healthy 0\n');
});

test('what is not known is not shown, and what is no longer so is gone', async () => {
  const metrics = metricsOf('prometheus');
  const known = await metrics.text({
    historyBytes: 1,
    ledgerBytes: 2,
    addressesHeld: 3,
    changesWaiting: new Map([['60.nfs', 4]]),
    samples: { ok: 2, late: 1 },
    memoryBytes: 5,
  });
  expect(known).toContain('ctdb_hook_history_bytes 1\n');
  expect(known).toContain('ctdb_hook_ledger_bytes 2\n');
  expect(known).toContain('ctdb_hook_addresses_held 3\n');
  expect(known).toContain('ctdb_hook_changes_waiting{entry="60.nfs"} 4\n');
  expect(known).toContain('ctdb_hook_samples{state="late"} 1\n');
  expect(known).toContain('ctdb_hook_memory_bytes 5\n');
  const unknown = await metrics.text(nothing);
  expect(unknown).not.toMatch(/^ctdb_hook_(history|ledger|memory)_bytes /m);
  expect(unknown).not.toMatch(/^ctdb_hook_(addresses_held|changes_waiting)/m);
});

test('time that went back makes no counter smaller', async () => {
  const metrics = metricsOf('prometheus');
  metrics.addRun({ ...ran('monitor', 0), begin: new Date(1000), end: new Date(0) });
  expect(await metrics.text(nothing)).toContain('ctdb_hook_run_duration_seconds_sum{event="monitor"} 0\n');
});

test('both formats have each metric of the table, with its help, and differ as the formats do', async () => {
  const [older, newer] = [metricsOf('prometheus'), metricsOf('openmetrics')];
  for (const metrics of [older, newer]) {
    metrics.addRun(ran('monitor', 0));
    metrics.addHostStart();
  }
  const [text, open] = [await older.text(nothing), await newer.text(nothing)];
  for (const [name, { what, kind }] of Object.entries(metricTable)) {
    expect(text).toContain(`# HELP ${name} ${what}\n# TYPE ${name} ${kind}\n`);
    const family = kind === 'counter' ? name.replace(/_total$/, '') : name;
    expect(open).toContain(`# TYPE ${family} ${kind}\n`);
  }
  expect(text).not.toContain('# EOF');
  expect(open.endsWith('# EOF\n')).toBe(true);
  expect(open).toContain('ctdb_hook_runs_total{event="monitor",result="ok"} 1\n');
  expect(older.contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(newer.contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
});

test('an event that has not come yet is counted as 0: an increase from nothing to 1 is seen by nobody', async () => {
  const text = await metricsOf('prometheus').text(nothing);
  expect(linesOf(text, 'ctdb_hook_runs_total')).toHaveLength(12 * 5);
  expect(text).toContain('ctdb_hook_runs_total{event="takeip",result="timed_out"} 0\n');
});
