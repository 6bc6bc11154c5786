/** Answers whether some work settles within this time, in milliseconds. Rejects as the work does. */
export async function settlesWithin(work: Promise<unknown>, timeMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(resolve, timeMs, false);
  try {
    return await Promise.race([work.then(() => true), promise]);
  } finally {
    clearTimeout(timer);
  }
}
