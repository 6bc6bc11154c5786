import type { NodeHistory } from './node-history.ts';

/** Addresses that moved together: what ctdbd calls a takeover run, or several that followed each other at once. */
export interface Takeover {
  /** When ctdbd asked for the first event, in milliseconds since 1970. */
  readonly beginMs: number;
  readonly endMs: number;
  readonly taken: number;
  readonly released: number;
  /** Events of addresses that failed. */
  readonly failed: number;
}

/** How long nothing must have happened between two of them, in milliseconds. */
const pauseMs = 5_000;

const movesAddress: ReadonlySet<string> = new Set(['takeip', 'releaseip', 'updateip']);

/** What belongs to one beside: ctdbd raises it before and after. */
const events: ReadonlySet<string> = new Set([...movesAddress, 'ipreallocated', 'startrecovery', 'recovered']);

/** An event of one, as little of it as is needed: there may be a million. */
interface Seen {
  readonly askedMs: number;
  readonly endMs: number;
  readonly event: string;
  readonly isOk: boolean;
}

/** What was found, and what could not be read: there may be more. */
export interface Found {
  /** The newest first. */
  readonly takeovers: readonly Takeover[];
  readonly problems: readonly string[];
}

/** The last takeovers in some histories, by their raw clocks, at most so many. No more is read than is needed. */
export function lastTakeovers(histories: readonly NodeHistory[], count: number): Found {
  const untilMs = Math.max(...histories.map((history) => history.untilMs));
  for (const days of [1, 7]) {
    const found = takeoversSince(histories, untilMs - days * 86_400_000);
    // One more is wanted: the first may have begun before.
    if (found.takeovers.length > count) return { ...found, takeovers: found.takeovers.slice(0, count) };
  }
  const all = takeoversSince(histories, 0);
  return { ...all, takeovers: all.takeovers.slice(0, count) };
}

function takeoversSince(histories: readonly NodeHistory[], sinceMs: number): Found {
  const seen: Seen[] = [];
  const problems: string[] = [];
  for (const history of histories)
    for (const record of history.read({ sinceMs, untilMs: Infinity, hasNotes: false, events }))
      if (record.kind === 'run') {
        const { event, beginMs, waitedMs, tookMs, result } = record;
        seen.push({ askedMs: beginMs - waitedMs, endMs: beginMs + tookMs, event, isOk: result === 0 });
      } else if (record.kind === 'unreadable') problems.push(`${record.path}: ${record.why}`);
  const groups = grouped(seen.toSorted((a, b) => a.askedMs - b.askedMs));
  return { takeovers: groups.flatMap(takeoverOf).toReversed(), problems };
}

function grouped(seen: readonly Seen[]): Seen[][] {
  const groups: Seen[][] = [];
  let untilMs = -Infinity;
  for (const each of seen) {
    if (each.askedMs > untilMs + pauseMs) groups.push([]);
    groups.at(-1)?.push(each);
    untilMs = Math.max(untilMs, each.endMs);
  }
  return groups;
}

function takeoverOf(group: readonly Seen[]): Takeover[] {
  const moves = group.filter(({ event }) => movesAddress.has(event));
  if (moves.length === 0) return [];
  const countOf = (event: string): number => moves.filter((each) => each.event === event && each.isOk).length;
  return [
    {
      beginMs: Math.min(...group.map(({ askedMs }) => askedMs)),
      endMs: Math.max(...group.map(({ endMs }) => endMs)),
      taken: countOf('takeip'),
      released: countOf('releaseip'),
      failed: moves.filter(({ isOk }) => !isOk).length,
    },
  ];
}
