/** The signals that mean something to an event daemon. */
export type DaemonSignal = 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGUSR1';

const names: readonly DaemonSignal[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1'];

/**
 * Listens for signals from the first moment on, and hands them over when somebody wants them: SIGUSR1 without a listener
 * makes Node open a debugger port, and the others end the process.
 */
export class Signals {
  readonly #early = new Set<DaemonSignal>();
  #handle: ((name: DaemonSignal) => void) | undefined;

  constructor() {
    for (const name of names)
      process.on(name, () => {
        if (this.#handle === undefined) this.#early.add(name);
        else this.#handle(name);
      });
  }

  /** Gets every signal from here on, and those that came before. */
  handle(handle: (name: DaemonSignal) => void): void {
    this.#handle = handle;
    for (const name of this.#early) handle(name);
    this.#early.clear();
  }
}
