import { z } from 'zod';

/** The version of the format of an export. */
export const exportVersion = 1;

/** Begins the export of a node's history. The records of the history follow, in the form that they have on disk. */
const header = z.object({
  kind: z.literal('export'),
  version: z.int().positive(),
  /** The node's name. */
  node: z.string(),
  /** The version of ctdb-hook that made it. */
  ctdbHook: z.string(),
  /** When it was made, in milliseconds since 1970, by the clock of the node. */
  madeMs: z.int().nonnegative(),
  /** Minutes by which the node's local time is ahead of UTC. */
  zoneMinutes: z.int(),
});

/** A line of ctdbd's log. */
const log = z.object({ kind: z.literal('log'), beginMs: z.int().nonnegative(), message: z.string() });

/** Ends it. */
const end = z.object({
  kind: z.literal('end'),
  /** How many lines were between. */
  lines: z.int().nonnegative(),
  /** SHA-256 of all lines before this one, each with a newline before it. */
  sha256: z.string(),
});

/** What an export has beside the records of a history. */
export const exportRecord = z.discriminatedUnion('kind', [header, log, end]);

export type ExportHeader = z.output<typeof header>;
export type LogLine = Omit<z.output<typeof log>, 'kind'>;
export type ExportEnd = z.output<typeof end>;
