import type { HistoryNote, HistoryRun } from '../history/record.ts';
import { columns } from './columns.ts';
import { localTime } from './local-time.ts';
import { isFailure, isTimedOut } from '../process/exit-code.ts';

/** What all runs of an event took at one entry. */
interface Total {
  readonly entry: string;
  readonly event: string;
  runs: number;
  failed: number;
  timedOut: number;
  sumMs: number;
  longestMs: number;
  longestBeginMs: number;
}

/** Adds up what each entry took at each event: those that ran out of time first, then those that took longest. */
export class EntryTotals {
  readonly #say: (line: string) => void;
  readonly #asJson: boolean;
  readonly #entry: string | undefined;
  readonly #events = new Map<string, Map<string, Total>>();

  /** @param entry of which alone it is told. */
  constructor(say: (line: string) => void, asJson: boolean, entry: string | undefined) {
    this.#say = say;
    this.#asJson = asJson;
    this.#entry = entry;
  }

  add(record: HistoryRun | HistoryNote): void {
    if (record.kind === 'note') return;
    const totals = this.#events.get(record.event) ?? new Map<string, Total>();
    this.#events.set(record.event, totals);
    for (const { name, result, tookMs } of record.entries) {
      if (this.#entry !== undefined && name !== this.#entry) continue;
      const total = totals.get(name) ?? noneOf(name, record.event);
      totals.set(name, total);
      total.runs += 1;
      total.sumMs += tookMs;
      if (isTimedOut(result)) total.timedOut += 1;
      else if (isFailure(result)) total.failed += 1;
      if (tookMs < total.longestMs) continue;
      total.longestMs = tookMs;
      total.longestBeginMs = record.beginMs;
    }
  }

  end(): void {
    const all = [...this.#events.values()]
      .flatMap((totals) => [...totals.values()])
      .toSorted((a, b) => b.timedOut - a.timedOut || b.longestMs - a.longestMs);
    if (this.#asJson) {
      for (const total of all) this.#say(JSON.stringify(total));
      return;
    }
    const rows = all.map(({ entry, event, runs, failed, timedOut, sumMs, longestMs, longestBeginMs }) => [
      entry,
      event,
      String(runs),
      String(failed),
      String(timedOut),
      (sumMs / runs).toFixed(1),
      String(longestMs),
      localTime(longestBeginMs),
    ]);
    const head = ['ENTRY', 'EVENT', 'RUNS', 'FAILED', 'OUT OF TIME', 'MEAN MS', 'LONGEST MS', 'BEGUN'];
    for (const line of columns(head, rows, [2, 3, 4, 5, 6])) this.#say(line);
  }
}

const noneOf = (entry: string, event: string): Total => ({
  entry,
  event,
  runs: 0,
  failed: 0,
  timedOut: 0,
  sumMs: 0,
  longestMs: 0,
  longestBeginMs: 0,
});
