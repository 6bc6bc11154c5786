/** With what `killLate` ends a wait. */
export interface LateTools {
  /** Watches until it is disposed, and calls what it is given when it takes too long. */
  readonly watch: (late: () => void) => Disposable;
  /** Hears what has been said already: it may be enough. */
  readonly recover: () => Promise<void>;
  /** Ends what is waited for, which rejects then. */
  readonly kill: () => void;
}

/** Settles as this does, and ends it if it does not come and has not been said either. */
export async function killLate<T>(waiting: Promise<T>, { watch, recover, kill }: LateTools): Promise<T> {
  let isWaiting = true;
  using _watch = watch(() => {
    void recover().then(() => {
      if (isWaiting) kill();
    });
  });
  try {
    return await waiting;
  } finally {
    isWaiting = false;
  }
}

/** Watches a clock alone. */
export const after =
  (timeoutMs: number) =>
  (late: () => void): Disposable => {
    const timer = setTimeout(late, timeoutMs);
    return {
      [Symbol.dispose]: () => {
        clearTimeout(timer);
      },
    };
  };
