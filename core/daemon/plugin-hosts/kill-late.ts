/** The tools with which `killLate` ends a wait. */
export interface LateTools {
  /** Watches until it is disposed. Calls `late` when the wait takes too long. */
  readonly watch: (late: () => void) => Disposable;
  /** Reads the messages that have been sent already. The awaited one may be among them. */
  readonly recover: () => Promise<void>;
  /** Kills the process that is waited for, so that the wait rejects. */
  readonly kill: () => void;
}

/**
 * Settles as `waiting` does. If that takes too long, and reading the sent messages does not settle it, the process is
 * killed.
 */
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

/** A watch that looks at the clock only. */
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
