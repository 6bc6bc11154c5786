import { z } from 'zod';

/** The version of the format. It changes when a reader of before would read something wrong, not when a field is added. */
export const historyVersion = 1;

const milliseconds = z.int().nonnegative();

/** How one entry of a run ended. */
const entry = z.object({
  name: z.string(),
  kind: z.enum(['plugin', 'script']),
  /** Begin, in milliseconds after that of the run. */
  afterMs: milliseconds,
  tookMs: milliseconds,
  /** CTDB's result, see core/process/exit-code.ts. */
  result: z.int(),
  /** The first lines that it said. */
  output: z.string().optional(),
});

const run = z.object({
  kind: z.literal('run'),
  /** By which later records of the same file name it. */
  id: z.string().optional(),
  event: z.string(),
  argv: z.array(z.string()),
  /** What ran it: our event daemon, a link under CTDB's own, or `ctdb-hook run`. */
  by: z.enum(['daemon', 'link', 'run']),
  /** Milliseconds since 1970, UTC. */
  beginMs: milliseconds,
  /** How long it waited for other events. */
  waitedMs: milliseconds,
  tookMs: milliseconds,
  result: z.int(),
  entries: z.array(entry),
});

/** What the event daemon said beside: starts and ends, hosts, reloads, warnings. */
const note = z.object({
  kind: z.literal('note'),
  /** Milliseconds since 1970, UTC. */
  beginMs: milliseconds,
  level: z.string(),
  message: z.string(),
});

/** Begins each file. */
const header = z.object({ kind: z.literal('history'), version: z.int().positive() });

/** What a record of this version may be, beside `ShortRun`. */
export const historyRecord = z.discriminatedUnion('kind', [run, note, header]);

export type HistoryEntry = z.output<typeof entry>;
export type HistoryRun = z.output<typeof run>;
export type HistoryNote = z.output<typeof note>;
export type HistoryHeader = z.output<typeof header>;
