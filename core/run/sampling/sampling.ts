import type { SampleAnswer, Sample, SampleLimits } from '../../plugin-api/context.ts';

/** A check whose answer is asked for. */
export interface SampleRequest<A extends SampleAnswer> {
  readonly plugin: string;
  /** Tells the plugin's checks apart. */
  readonly name: string;
  readonly limits: SampleLimits;
  /** Uses nothing of the event that asks: the probe may run when that event is long over. */
  readonly probe: (signal: AbortSignal) => Promise<A>;
  /** Ends the wait for the answer, not the probe. */
  readonly signal: AbortSignal;
}

/** A way to take samples: kept between events, or on the spot. */
export interface Sampling {
  sample<A extends SampleAnswer>(request: SampleRequest<A>): Promise<Sample<A>>;
}
