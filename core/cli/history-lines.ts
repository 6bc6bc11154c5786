import { formOf } from '../history/form-of.ts';
import { noteText } from '../history/note-text.ts';
import type { HistoryEntry, HistoryNote, HistoryRun } from '../history/record.ts';
import { isFailure } from '../process/exit-code.ts';
import { localTime } from './local-time.ts';
import { printable } from './printable.ts';
import { wordFor } from '../run-observers/timeline.ts';

/** A monitor, and those after it that found the same. */
interface Alike {
  readonly first: HistoryRun;
  readonly form: string;
  last: HistoryRun;
  count: number;
  leastMs: number;
  mostMs: number;
}

/**
 * Shows a history as lines: one for each run, and below it the entries that failed or said something. Monitors that follow each
 * other and found the same are one line.
 */
export class HistoryLines {
  readonly #say: (line: string) => void;
  readonly #entry: string | undefined;
  #alike: Alike | undefined;
  #isEmpty = true;

  /** @param entry whose part of each run alone is shown. */
  constructor(say: (line: string) => void, entry: string | undefined) {
    this.#say = say;
    this.#entry = entry;
  }

  add(record: HistoryRun | HistoryNote): void {
    this.#isEmpty = false;
    if (record.kind === 'run' && record.event === 'monitor') {
      this.#addMonitor(record);
      return;
    }
    this.#sayAlike();
    if (record.kind === 'note') this.#say(`${localTime(record.beginMs)}  ${printable(noteText(record))}`);
    else this.#sayRun(record, '');
  }

  end(): void {
    this.#sayAlike();
    if (this.#isEmpty) this.#say('Nothing of that is in the history.');
  }

  #addMonitor(run: HistoryRun): void {
    const form = formOf(run);
    const alike = this.#alike;
    if (alike?.form === form) {
      alike.last = run;
      alike.count += 1;
      alike.leastMs = Math.min(alike.leastMs, run.tookMs);
      alike.mostMs = Math.max(alike.mostMs, run.tookMs);
      return;
    }
    this.#sayAlike();
    this.#alike = { first: run, form, last: run, count: 1, leastMs: run.tookMs, mostMs: run.tookMs };
  }

  #sayAlike(): void {
    const alike = this.#alike;
    if (alike === undefined) return;
    this.#alike = undefined;
    const { first, last, count, leastMs, mostMs } = alike;
    const until = `, ${count} times until ${localTime(last.beginMs)}, ${leastMs} to ${mostMs} ms`;
    this.#sayRun(first, count === 1 ? '' : until);
  }

  #sayRun(run: HistoryRun, more: string): void {
    const { event, argv, by, beginMs, waitedMs, tookMs, result } = run;
    const words = printable([event, ...argv].join(' '));
    const waited = waitedMs > 0 ? `, after ${waitedMs} ms` : '';
    const how = by === 'daemon' ? '' : `, by ${by === 'run' ? 'ctdb-hook run' : 'a link'}`;
    this.#say(`${localTime(beginMs)}  ${words}: ${wordFor(result)} in ${tookMs} ms${waited}${how}${more}`);
    for (const entry of run.entries) if (this.#isShown(entry)) this.#sayEntry(entry);
  }

  #isShown({ name, result, output }: HistoryEntry): boolean {
    if (this.#entry !== undefined) return name === this.#entry;
    return isFailure(result) || output !== undefined;
  }

  #sayEntry({ name, result, tookMs, output }: HistoryEntry): void {
    this.#say(`    ${printable(name)}: ${wordFor(result)} in ${tookMs} ms`);
    for (const line of output?.split('\n') ?? []) this.#say(`        ${printable(line)}`);
  }
}
