import type { CtdbPaths } from '../ctdb-installation/paths.ts';
import type { About } from '../eventd-protocol/about.ts';
import { historyBytes } from '../history/history-bytes.ts';
import { historyPlace } from '../history/history-place.ts';
import { ledgerPath } from '../ledger/ledger-path.ts';
import { lookAtLedger } from '../ledger/look-at-ledger.ts';
import type { MetricsPublisher } from '../metrics/publish-metrics.ts';
import type { Measured } from '../metrics/node-metrics.ts';
import { readMetricsSettings } from '../metrics/metrics-settings.ts';
import { memoryOf } from '../process/proportional-memory.ts';
import type { RunNotifier } from '../run-observers/run-notifier.ts';
import { readSamples } from '../run/sampling/sample-file.ts';
import { sampleView } from '../run/sampling/sample-view.ts';
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

function measure(paths: CtdbPaths, environment: NodeJS.ProcessEnv): Measured {
  const place = historyPlace(paths, environment, () => undefined);
  const ledger = lookAtLedger(ledgerPath(paths, 'legacy'));
  return {
    historyBytes: place === undefined ? undefined : historyBytes(place.directory),
    ledgerBytes: ledger?.bytes,
    addressesHeld: ledger?.addressesHeld,
    changesWaiting: ledger?.changesWaiting ?? new Map(),
    samples: countSamples(paths.ownRunDir),
    memoryBytes: memoryOf(process.pid, '/dist/host.js')?.pssBytes,
  };
}

/** How many checks are in each state; 0 where none is. */
function countSamples(runDirectory: string): Record<string, number> {
  const states = readSamples(runDirectory).map(({ state }) => state);
  return Object.fromEntries(
    sampleView.shape.state.options.map((state) => [state, states.filter((each) => each === state).length]),
  );
}
