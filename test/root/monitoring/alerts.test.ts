import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../core/package/package-root.ts';
import { metricTable } from '../../../core/metrics/metric-table.ts';
import { NodeMetrics } from '../../../core/metrics/node-metrics.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const monitoring = join(packageRoot, 'bin/monitoring');
const promtool = (words: readonly string[], options: { cwd?: string; input?: string } = {}) =>
  execa('promtool', words, { ...options, reject: false, all: true });

test('each alert fires where it should, and none where all is well', async () => {
  const directory = temporaryDirectory();
  copyFileSync(join(monitoring, 'alerts.yml'), join(directory, 'alerts.yml'));
  copyFileSync(join(import.meta.dirname, 'alerts.test.yml'), join(directory, 'alerts.test.yml'));
  const checked = await promtool(['check', 'rules', 'alerts.yml'], { cwd: directory });
  expect(checked).toMatchObject({ exitCode: 0 });
  const tested = await promtool(['test', 'rules', 'alerts.test.yml'], { cwd: directory });
  expect(tested).toMatchObject({ exitCode: 0, all: expect.stringContaining('SUCCESS') as string });
});

test('each alert has both cases', () => {
  const alerts = [...readFileSync(join(monitoring, 'alerts.yml'), 'utf8').matchAll(/- alert: (\w+)/g)];
  const cases = readFileSync(join(import.meta.dirname, 'alerts.test.yml'), 'utf8');
  for (const [, alert] of alerts)
    expect(cases.match(new RegExp(`alertname: ${alert}\\b`, 'g'))).toHaveLength(2);
});

test('promtool reads the metrics, and finds nothing to say', async () => {
  const metrics = new NodeMetrics('prometheus', { version: '0.1.0', build: 'b', node: 'v24' }, new Date());
  const time = { begin: new Date(0), end: new Date(10) };
  const entry = { name: '60.nfs', kind: 'plugin' as const, path: '' };
  metrics.addRun({
    event: { name: 'monitor', argv: [] },
    waitedMs: 0,
    result: 0,
    entries: [{ ...time, entry, result: 0, output: Buffer.alloc(0) }],
    ...time,
  });
  metrics.addHostStart();
  const changesWaiting = new Map([['60.nfs', 1]]);
  const input = await metrics.text({
    historyBytes: 1,
    ledgerBytes: 1,
    addressesHeld: 1,
    changesWaiting,
    samples: { ok: 1 },
    memoryBytes: 1,
  });
  expect(await promtool(['check', 'metrics'], { input })).toMatchObject({ exitCode: 0, all: '' });
});

test.each(['alerts.yml', 'dashboard.json'])('%s speaks of metrics that there are', (name) => {
  const text = readFileSync(join(monitoring, name), 'utf8');
  const named = [...text.matchAll(/\bctdb_hook_[a-z_]+\b/g)].map(([word]) =>
    word.replace(/_(?:bucket|sum|count)$/, ''),
  );
  expect(named.length).toBeGreaterThan(0);
  // The name of the file is no metric.
  expect(
    [...new Set(named)].filter((word) => !Object.hasOwn(metricTable, word) && word !== 'ctdb_hook'),
  ).toEqual([]);
});

test('the dashboard is one that Grafana can import: each panel has a place, a title, a unit and its queries', () => {
  const dashboard = JSON.parse(readFileSync(join(monitoring, 'dashboard.json'), 'utf8')) as {
    readonly uid: string;
    readonly panels: readonly {
      readonly id: number;
      readonly title: string;
      readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>;
      readonly fieldConfig: { readonly defaults: { readonly unit: string } };
      readonly targets: readonly { readonly expr: string; readonly refId: string }[];
    }[];
  };
  expect(dashboard.uid).toBe('ctdb-hook');
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  for (const { title, gridPos, fieldConfig, targets } of dashboard.panels) {
    expect(title).not.toBe('');
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    expect(fieldConfig.defaults.unit).not.toBe('');
    expect(targets.every(({ expr }) => expr.includes('$node'))).toBe(true);
  }
});

test('promtool understands each query of the dashboard', async () => {
  const { panels } = JSON.parse(readFileSync(join(monitoring, 'dashboard.json'), 'utf8')) as {
    readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
  };
  const queries = panels.flatMap(({ targets }) =>
    targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '1m')),
  );
  const rules = queries.map(
    (expr, index) => `      - record: r:${index}\n        expr: ${JSON.stringify(expr)}\n`,
  );
  const text = `groups:\n  - name: dashboard\n    rules:\n${rules.join('')}`;
  const directory = temporaryDirectory({ 'rules.yml': text });
  expect(await promtool(['check', 'rules', join(directory, 'rules.yml')])).toMatchObject({ exitCode: 0 });
});
