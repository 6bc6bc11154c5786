import { signalLiveFamilies } from '../process/live-families.ts';

/** A process that is told to end takes its children along: nobody else would. */
export function endOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    // Told twice, by its group and by timeout(1), which passes it on: the second must not cut the end short.
    process.on(name, () => {
      controller.abort(new Error(name));
      signalLiveFamilies('SIGKILL');
    });
  }
  return controller.signal;
}
