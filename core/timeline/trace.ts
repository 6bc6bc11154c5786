import { laneNames, lanesOf, type Span } from './lanes.ts';
import type { Story } from './story.ts';

/** An event of Chrome's trace format. Times are microseconds. */
interface TraceEvent {
  readonly ph: 'M' | 'X' | 'b' | 'e' | 'i';
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly name: string;
  readonly cat?: string;
  readonly id?: string;
  readonly s?: 't';
  readonly args?: Readonly<Record<string, unknown>>;
}

/** What always overlaps: several events wait at once, and work is deferred while others run. */
const overlapping: ReadonlySet<number> = new Set([
  laneNames.indexOf('waiting'),
  laneNames.indexOf('deferred work'),
]);

/**
 * A story in the JSON form of Chrome's traces (Trace Event Format), which Perfetto opens: a node is a process, a lane a thread.
 * Spans that overlap on one thread are broken there, so these are asynchronous, each with an id of its own.
 */
export function traceOf({ nodes, fromMs, untilMs, isAligned }: Story): object {
  const traceEvents = nodes.flatMap((node, index) => {
    const pid = index + 1;
    return [
      named(pid, 0, 'process_name', { name: node.name }),
      named(pid, 0, 'process_sort_index', { sort_index: pid }),
      ...laneNames.flatMap((name, lane) => [
        named(pid, lane + 1, 'thread_name', { name }),
        named(pid, lane + 1, 'thread_sort_index', { sort_index: lane + 1 }),
      ]),
      ...spanEvents(lanesOf(node), pid, fromMs),
    ];
  });
  return {
    traceEvents,
    displayTimeUnit: 'ms',
    otherData: {
      from: new Date(fromMs).toISOString(),
      until: new Date(untilMs).toISOString(),
      clocks: isAligned ? 'aligned by shared events' : 'as the nodes have them',
    },
  };
}

const named = (pid: number, tid: number, name: string, args: TraceEvent['args'] = {}): TraceEvent => ({
  ph: 'M',
  pid,
  tid,
  name,
  args,
});

function spanEvents(spans: readonly Span[], pid: number, fromMs: number): TraceEvent[] {
  const busyUntil = new Map<number, number>();
  return spans.flatMap((span, index): TraceEvent[] => {
    const { lane, beginMs, endMs, isMark, name, tone, text } = span;
    const common = { pid, tid: lane + 1, name, cat: laneNames[lane] ?? '', args: { result: tone, text } };
    const ts = Math.round((beginMs - fromMs) * 1000);
    if (isMark) return [{ ...common, ph: 'i', ts, s: 't' }];
    const dur = Math.round((endMs - beginMs) * 1000);
    if (!overlapping.has(lane) && beginMs >= (busyUntil.get(lane) ?? -Infinity)) {
      busyUntil.set(lane, endMs);
      return [{ ...common, ph: 'X', ts, dur }];
    }
    const id = `${pid}.${index}`;
    return [
      { ...common, ph: 'b', ts, id },
      { ph: 'e', pid, tid: lane + 1, name, cat: common.cat, ts: ts + dur, id },
    ];
  });
}
