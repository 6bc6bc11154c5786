import { z } from 'zod';

/** What is known of a check that is made between events. Times are milliseconds since 1970. */
export const sampleView = z.object({
  plugin: z.string(),
  name: z.string(),
  /** `none`: it has not answered yet. `late`: not in time. `failed`: it threw. */
  state: z.enum(['none', 'ok', 'fails', 'late', 'failed']),
  /** When its last good answer was asked for. */
  goodAtMs: z.number().nullable(),
  failsSinceMs: z.number().nullable(),
  /** How long it took the last time. */
  tookMs: z.number(),
  /** The last answer, as JSON without `ok`, or what it threw. */
  answer: z.string(),
});

export type SampleView = z.output<typeof sampleView>;
