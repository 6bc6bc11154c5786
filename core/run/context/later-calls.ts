/** Calls that are made later, also when the event is over, by what they are about. */
const waiting = new Map<string, readonly NodeJS.Timeout[]>();

/**
 * Calls `work` after each of these times, in milliseconds, in the place of what was still to be called for this key. A process that
 * has nothing else to do ends nevertheless.
 */
export function callLater(key: string, afterMs: readonly number[], work: () => void): void {
  stopCalling(key);
  const lastMs = Math.max(...afterMs);
  const call = (ms: number): void => {
    work();
    if (ms === lastMs) waiting.delete(key);
  };
  waiting.set(
    key,
    afterMs.map((ms) => setTimeout(call, ms, ms).unref()),
  );
}

/** Ends what is still to be called for this key. */
export function stopCalling(key: string): void {
  for (const timer of waiting.get(key) ?? []) clearTimeout(timer);
  waiting.delete(key);
}
