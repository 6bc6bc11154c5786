import type { CtdbPaths } from '../ctdb-installation/paths.ts';
import { historyBytes } from '../history/history-bytes.ts';
import { historyPlace } from '../history/history-place.ts';
import { ledgerPath } from '../ledger/ledger-path.ts';
import { lookAtLedger } from '../ledger/look-at-ledger.ts';
import type { Measured } from '../metrics/node-metrics.ts';
import { memoryOf } from '../process/proportional-memory.ts';
import { readSamples } from '../run/sampling/sample-file.ts';
import { sampleView } from '../run/sampling/sample-view.ts';

/** What of a node's metrics changes between events. */
export function measure(paths: CtdbPaths, environment: NodeJS.ProcessEnv): Measured {
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
