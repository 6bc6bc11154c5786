import type { SampleAnswer, Sample } from '../../plugin-api/context.ts';
import { inlineSampling } from './inline-sampling.ts';
import { SampleSlot } from './sample-slot.ts';
import type { SampleView } from './sample-view.ts';
import type { SampleRequest, Sampling } from './sampling.ts';

/** How many checks are kept at most. Another one is made on the spot, until one of these has gone idle. */
export const sampleCountMax = 1000;

/**
 * Keeps the answers of checks between events and renews them off the event's path: one for as long as a process that
 * runs plugins lives.
 *
 * The first answer is awaited. Later a good one is answered at once; one that is not good is renewed first, and the
 * renewal awaited for `renewalWaitMs` at most. A check that nobody asks for is forgotten.
 */
export class Sampler implements Sampling, Disposable {
  readonly #slots = new Map<string, SampleSlot>();
  readonly #onChange: (() => void) | undefined;

  /** @param onChange is called when a check has another answer */
  constructor(onChange?: () => void) {
    this.#onChange = onChange;
  }

  /** All checks, with what is known of them. */
  get views(): SampleView[] {
    return [...this.#slots].map(([key, slot]) => {
      const [plugin = '', name = ''] = key.split('\0');
      return { plugin, name, ...slot.view };
    });
  }

  async sample<A extends SampleAnswer>(request: SampleRequest<A>): Promise<Sample<A>> {
    const key = `${request.plugin}\0${request.name}`;
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      this.#forgetIdle();
      if (this.#slots.size >= sampleCountMax) return inlineSampling.sample(request);
      slot = new SampleSlot(request, this.#onChange);
      this.#slots.set(key, slot);
    }
    return (await slot.ask(request)) as Sample<A>;
  }

  /** Ends all probes and renewals. */
  [Symbol.dispose](): void {
    for (const slot of this.#slots.values()) slot[Symbol.dispose]();
    this.#slots.clear();
  }

  #forgetIdle(): void {
    for (const [key, slot] of this.#slots) if (slot.isIdle) this.#slots.delete(key);
  }
}
