import { signalLiveFamilies } from '../process/live-families.ts';

/** Ends the children of this process when it is told to end: nobody else would. */
export function endOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    // The signal may come twice, by the group and by timeout(1), which passes it on. The second one must not cut the end
    // short.
    process.on(name, () => {
      controller.abort(new Error(name));
      signalLiveFamilies('SIGKILL');
    });
  }
  return controller.signal;
}
