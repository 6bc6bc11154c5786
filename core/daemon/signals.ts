/** The signals that an event daemon handles. */
export type DaemonSignal = 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGUSR1';

const names: readonly DaemonSignal[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1'];

/**
 * Listens for signals from the start of the process, and keeps them until a handler is set. Without a listener, SIGUSR1
 * makes Node open a debugger port, and the other signals end the process.
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

  /** Sets the handler. It gets the signals that came before, and every later one. */
  handle(handle: (name: DaemonSignal) => void): void {
    this.#handle = handle;
    for (const name of this.#early) handle(name);
    this.#early.clear();
  }
}
