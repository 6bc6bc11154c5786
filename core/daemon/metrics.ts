import type { CtdbPaths } from '../ctdb-installation/paths.ts';
import type { About } from '../eventd-protocol/about.ts';
import type { MetricsPublisher } from '../metrics/publish-metrics.ts';
import { readMetricsSettings } from '../metrics/metrics-settings.ts';
import type { RunNotifier } from '../run-observers/run-notifier.ts';
import type { Report } from './report.ts';

/** What is published of the daemon, and where it says what is wrong. */
interface PublishedDaemon {
  readonly paths: CtdbPaths;
  readonly about: About;
  readonly notifier: RunNotifier;
  readonly report: Report;
}

/**
 * Publishes the metrics of this daemon where the environment asks for it. Undefined if it does not: then nothing of it is loaded, and
 * no library for it.
 */
export async function publishMetrics(
  environment: NodeJS.ProcessEnv,
  { paths, about, notifier, report }: PublishedDaemon,
): Promise<MetricsPublisher | undefined> {
  const settings = readMetricsSettings(environment, report);
  if (settings === undefined) return undefined;
  // Only here: a daemon without metrics does without the memory for what they need.
  const { measure } = await import('./measure.ts');
  const loaded = await import('../metrics/publish-metrics.ts').catch((error: unknown) => {
    report(`WARNING: there are no metrics: ${String(error)}`); // The package is being replaced.
    return undefined;
  });
  if (loaded === undefined) return undefined;
  const { version, build, since } = about;
  const publisher = new loaded.MetricsPublisher(settings, {
    labels: { version, build, node: process.version },
    since,
    measure: () => measure(paths, environment),
    report,
  });
  notifier.observable.on('run:end', (record) => {
    publisher.addRun(record);
  });
  return publisher;
}
