import { TypedEmitter } from 'tiny-typed-emitter';
import type { Notify, RunObservations } from '../run/run-event.ts';

/** Everything that can be watched; one payload each. */
export interface Observations extends RunObservations {
  /** An observer threw or rejected. The run went on. */
  readonly 'observer:failed': { readonly what: string; readonly error: unknown };
}

type Listeners = { [K in keyof Observations]: (seen: Observations[K]) => void };

/** What an observer may do: it may only watch. */
export type Observable = Pick<TypedEmitter<Listeners>, 'on' | 'once' | 'off'>;

/** Tells observers what happens. They can neither fail nor delay it: without any observer the node behaves the same. */
export class RunNotifier {
  readonly #emitter = new TypedEmitter<Listeners>();

  /** The side that observers get. */
  get observable(): Observable {
    return this.#emitter;
  }

  /** Tells each observer separately: with the emitter's own `emit`, one could fail the others. */
  readonly notify: Notify & ((what: keyof Observations, seen: Observations[keyof Observations]) => void) = (
    what: keyof Observations,
    seen: Observations[keyof Observations],
  ) => {
    if (this.#emitter.listenerCount(what) === 0) return;
    for (const listener of this.#emitter.rawListeners(what)) {
      try {
        const returned: unknown = Reflect.apply(listener, undefined, [seen]);
        if (returned instanceof Promise)
          returned.catch((error: unknown) => {
            this.#failed(what, error);
          });
      } catch (error) {
        this.#failed(what, error);
      }
    }
  };

  #failed(what: string, error: unknown): void {
    if (what !== 'observer:failed') this.notify('observer:failed', { what, error });
  }
}
