import { z } from 'zod';

/** The version of the format. It changes when a reader of before would read something wrong, not when a field is added. */
export const historyVersion = 1;

const count = z.int().nonnegative();
const milliseconds = count;

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
  /** What a plugin did, where it is more than 0; see `Effects` in core/run/outcome.ts. */
  connectionsKilled: count.optional(),
  connectionsLeft: count.optional(),
  changesTold: count.optional(),
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
  /** Addresses that plugins put on an interface or took off, where that is not just what the event says; see `Effects`. */
  moved: z.array(z.string()).optional(),
});

/** A run that goes on. If it was cut by a kill, this is all that is known of it. */
const open = z.object({
  event: z.string(),
  argv: z.array(z.string()),
  beginMs: milliseconds,
  waitedMs: milliseconds,
  /** The entry that runs, and its begin in milliseconds after that of the run. */
  entry: z.string().optional(),
  afterMs: milliseconds,
});

/** What the event daemon said beside: starts and ends, hosts, reloads, warnings. */
const note = z.object({
  kind: z.literal('note'),
  /** Milliseconds since 1970, UTC. */
  beginMs: milliseconds,
  level: z.string(),
  message: z.string(),
  open: open.optional(),
});

/** Begins each file. */
const header = z.object({ kind: z.literal('history'), version: z.int().positive() });

/** What a record of this version may be, beside `ShortRun`. */
export const historyRecord = z.discriminatedUnion('kind', [run, note, header]);

export type HistoryEntry = z.output<typeof entry>;
export type HistoryRun = z.output<typeof run>;
export type HistoryOpen = z.output<typeof open>;
export type HistoryNote = z.output<typeof note>;
export type HistoryHeader = z.output<typeof header>;
