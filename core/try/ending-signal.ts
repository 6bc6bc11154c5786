/** A signal that is aborted when this process is told to end, and by which signal it was. */
export function endingSignal(): {
  readonly signal: AbortSignal;
  readonly ended: { name?: 'SIGINT' | 'SIGTERM' | 'SIGHUP' };
} {
  const controller = new AbortController();
  const ended: { name?: 'SIGINT' | 'SIGTERM' | 'SIGHUP' } = {};
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      ended.name ??= name;
      controller.abort(`Interrupted by ${ended.name}`);
    });
  }
  return { signal: controller.signal, ended };
}
