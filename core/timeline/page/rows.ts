import type { PageSpan, PageStory } from '../page-story.ts';

/** One thing that is drawn. */
export interface Item {
  readonly node: string;
  readonly lane: string;
  readonly beginMs: number;
  readonly endMs: number;
  readonly isMark: boolean;
  readonly tone: string;
  readonly name: string;
  readonly text: string;
  /** What is searched: all that it says, in small letters. */
  readonly words: string;
}

/** A row of the chart. */
export interface Row {
  readonly label: string;
  readonly kind: 'node' | 'bars' | 'marks' | 'count';
  readonly items: readonly Item[];
}

/** The lanes of which each entry has a row of its own. */
const byName: ReadonlySet<string> = new Set(['plugins and scripts', 'deferred work']);

/** Several events wait at once: their number is drawn. */
const counted = 'waiting';

/** The rows of all nodes, from top to bottom. Lanes with nothing on them have none. */
export function rowsOf(story: PageStory): Row[] {
  return story.nodes.flatMap(({ name, spans }) => {
    const items = spans.map((span) => itemOf(span, name, story.lanes));
    const byLane = Map.groupBy(items, ({ lane }) => lane);
    return [{ label: name, kind: 'node' as const, items: [] }, ...[...byLane].flatMap(laneRows)];
  });
}

function itemOf(
  [lane, beginMs, tookMs, tone, name, text]: PageSpan,
  node: string,
  lanes: readonly string[],
): Item {
  const laneName = lanes[lane] ?? '';
  return {
    node,
    lane: laneName,
    beginMs,
    endMs: beginMs + Math.max(0, tookMs),
    isMark: tookMs < 0,
    tone,
    name,
    text,
    words: `${node} ${laneName} ${name} ${tone} ${text}`.toLowerCase(),
  };
}

function laneRows([lane, items]: [string, Item[]]): Row[] {
  if (lane === counted) return [{ label: lane, kind: 'count', items }];
  if (items.every(({ isMark }) => isMark)) return [{ label: lane, kind: 'marks', items }];
  if (!byName.has(lane)) return stacked(lane, items);
  return [...Map.groupBy(items, entryOf)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([entry, ofEntry]) => stacked(lane === 'deferred work' ? `${entry}, deferred` : entry, ofEntry));
}

/** `50.samba (still running)` and `60.nfs: 3 address changes` are of the entries 50.samba and 60.nfs. */
const entryOf = ({ name }: Item): string => name.split(/: | \(/, 1)[0] ?? name;

/** Puts what overlaps below each other. */
function stacked(label: string, items: readonly Item[]): Row[] {
  const rows: { untilMs: number; readonly items: Item[] }[] = [];
  for (const item of items) {
    const row = rows.find(({ untilMs }) => untilMs <= item.beginMs);
    if (row === undefined) rows.push({ untilMs: item.endMs, items: [item] });
    else {
      row.untilMs = item.endMs;
      row.items.push(item);
    }
  }
  return rows.map((row, index) => ({ label: index === 0 ? label : '', kind: 'bars', items: row.items }));
}
