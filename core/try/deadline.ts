import { setTimeout as sleep } from 'node:timers/promises';

/** Longest wait for anything that ought to happen at once, in milliseconds. */
const patienceMs = 5_000;

const pollMs = 20;

/** Waits for what ought to happen at once. Throws, naming it, if it does not. */
export async function soon<T>(what: string, happening: Promise<T>, withinMs = patienceMs): Promise<T> {
  const controller = new AbortController();
  const late = sleep(withinMs, undefined, { signal: controller.signal }).then(() => {
    throw new Error(`${what}: not within ${withinMs / 1000} seconds`);
  });
  try {
    return await Promise.race([happening, late]);
  } finally {
    controller.abort();
    late.catch(() => undefined);
  }
}

/** Looks again and again until something is so, and returns whether it ever was. */
export async function becomesTrue(isSo: () => boolean): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < patienceMs && !isSo(); waitedMs += pollMs) await sleep(pollMs);
  return isSo();
}
