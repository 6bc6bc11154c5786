import { exportVersion, type LogLine } from '../../core/history/export-record.ts';
import type { HistoryEntry, HistoryNote, HistoryRun } from '../../core/history/record.ts';
import { writeExport } from '../../core/history/write-export.ts';

/** When ctdbd asked for the first release of `failover`, by the clock of node1. */
export const failoverMs = Date.UTC(2026, 10, 30, 3, 1, 12, 345);

/** How far the clocks of the three nodes are ahead of that of node1, in milliseconds. */
export const skewMs = { node1: 0, node2: 312, node3: -45 } as const;

/** What an entry of the failover said: markup and what a terminal would act on. */
export const hostile = '</script><img src=x onerror="document.title=1"><!-- \u001b[31mred\u2028';

/** What one node has of it. */
export interface NodeRecords {
  readonly name: keyof typeof skewMs;
  readonly records: readonly (HistoryRun | HistoryNote)[];
  readonly log: readonly LogLine[];
}

/** The address with this number. */
export const addressOf = (index: number): string => `10.${20 + (index >> 8)}.0.${index & 255}`;

const runOf = (
  given: Omit<HistoryRun, 'kind' | 'argv' | 'by' | 'waitedMs' | 'result' | 'event'> & Partial<HistoryRun>,
): HistoryRun => ({
  kind: 'run',
  event: 'monitor',
  argv: [],
  by: 'daemon',
  waitedMs: 0,
  result: 0,
  ...given,
});

const entry = (
  name: string,
  afterMs: number,
  tookMs: number,
  more: Partial<HistoryEntry> = {},
): HistoryEntry => ({
  name,
  kind: name === '50.samba' ? 'script' : 'plugin',
  afterMs,
  tookMs,
  result: 0,
  ...more,
});

/**
 * So many addresses leave node3, which is made to give them up, and come to node1 and node2 in turns. At node1 a script fails first;
 * at node2 a plugin was slow, and one event was cut by a kill.
 */
export function failover(addresses: number): NodeRecords[] {
  const all = Array.from({ length: addresses }, (_, index) => addressOf(index));
  const released = all.map((ip, index) => releaseOf(ip, index));
  const takenFromMs = Math.max(...released.map((run) => run.beginMs + run.tookMs)) + 6;
  const [first, second] = [0, 1].map((which) =>
    all.filter((_, index) => index % 2 === which).map((ip, index) => takeOf(ip, index, takenFromMs)),
  );
  const endMs = takenFromMs + 5 * addresses;
  return [
    partOf('node1', [
      monitorOf(failoverMs - 900, 61),
      ...(first ?? []),
      settled(endMs, 40, addresses / 2, 1),
    ]),
    partOf('node2', [
      monitorOf(failoverMs - 400, 58),
      ...(second ?? []),
      settled(endMs, 812, addresses / 2, 0),
      {
        kind: 'note',
        beginMs: endMs + 1400,
        level: 'INFO',
        message: 'monitor goes on in 50.samba',
        open: {
          event: 'monitor',
          argv: [],
          beginMs: endMs + 880,
          waitedMs: 0,
          entry: '50.samba',
          afterMs: 7,
        },
      },
      { kind: 'note', beginMs: endMs + 1900, level: 'NOTICE', message: 'daemon started, pid=4711' },
    ]),
    partOf('node3', [monitorOf(failoverMs - 1200, 66), ...released, settled(endMs, 25, addresses, 0)]),
  ];
}

function partOf(name: keyof typeof skewMs, records: readonly (HistoryRun | HistoryNote)[]): NodeRecords {
  const shift = (ms: number): number => ms + skewMs[name];
  return {
    name,
    records: records.map((record) =>
      record.kind === 'note' && record.open !== undefined
        ? {
            ...record,
            beginMs: shift(record.beginMs),
            open: { ...record.open, beginMs: shift(record.open.beginMs) },
          }
        : { ...record, beginMs: shift(record.beginMs) },
    ),
    log: [
      { beginMs: shift(failoverMs - 3), message: 'Takeover run starting' },
      { beginMs: shift(failoverMs + 2), message: `Release of IP ${addressOf(0)}/16 on interface eth0` },
    ],
  };
}

const monitorOf = (beginMs: number, tookMs: number): HistoryRun =>
  runOf({
    beginMs,
    tookMs,
    entries: [entry('10.interface', 1, 4), entry('50.samba', 5, tookMs - 10), entry('60.nfs', tookMs - 5, 4)],
  });

function releaseOf(ip: string, index: number): HistoryRun {
  const killed = index % 7 === 0 ? 3 : 0;
  const beginMs = failoverMs + 2 * index;
  return runOf({
    event: 'releaseip',
    argv: ['eth0', ip, '16'],
    beginMs,
    waitedMs: 2 * index,
    tookMs: 2,
    entries: [
      entry(
        '10.interface',
        0,
        1,
        killed === 0 ? {} : { connectionsKilled: killed, connectionsLeft: index % 14 === 0 ? 1 : 0 },
      ),
      entry('60.nfs', 1, 1),
    ],
  });
}

const takeOf = (ip: string, index: number, fromMs: number): HistoryRun =>
  runOf({
    event: 'takeip',
    argv: ['eth0', ip, '16'],
    beginMs: fromMs + 4 * index,
    waitedMs: 4 * index,
    tookMs: 4,
    entries: [entry('10.interface', 0, 3), entry('60.nfs', 3, 1)],
  });

const settled = (beginMs: number, tookMs: number, changesTold: number, result: number): HistoryRun =>
  runOf({
    event: 'ipreallocated',
    beginMs,
    tookMs: tookMs + 14,
    result,
    entries: [
      entry('10.interface', 0, 4),
      entry('60.nfs', 4, tookMs, { changesTold }),
      entry('50.samba', tookMs + 4, 10, {
        result,
        ...(result === 0 ? {} : { output: `smbd is not there\n${hostile}` }),
      }),
    ],
  });

/** The export of a node's part. */
export function exportOf({ name, records, log }: NodeRecords): string {
  let text = '';
  const madeMs = Math.max(...records.map(({ beginMs }) => beginMs)) + 60_000;
  const header = {
    kind: 'export',
    version: exportVersion,
    node: name,
    ctdbHook: '0.1.0',
    madeMs,
    zoneMinutes: 0,
  } as const;
  writeExport({ header, records, log }, (part) => {
    text += part;
  });
  return text;
}
