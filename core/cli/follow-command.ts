import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { commands } from '../commands/commands.ts';
import { formOf } from '../history/form-of.ts';
import { HistoryTail } from '../history/history-tail.ts';
import type { HistoryNote, HistoryRun } from '../history/record.ts';
import { sayLine } from '../links/output.ts';
import { HistoryLines } from './history-lines.ts';
import { localTime } from './local-time.ts';
import { ownHistoryDirectory } from './own-history.ts';
import { printable } from './printable.ts';
import { readTime } from './read-time.ts';
import { told } from './told.ts';

/** How often the history is looked at, in milliseconds. */
const everyMs = 200;

/** `ctdb-hook follow`: shows what runs as it happens, until it is ended. Answers the exit status. */
export async function followCommand(words: string[]): Promise<number> {
  const { values } = parseArgs({ args: words, options: commands.follow.options });
  const sinceMs = readTime('--since', values.since, Date.now());
  const tail = new HistoryTail(ownHistoryDirectory('follow'), { sinceMs, untilMs: Infinity, hasNotes: true });
  const view = values.json ? sayJson : new LiveLines(sayLine).add;
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    void once(process, signal).then(() => {
      ended.abort();
    });
  while (!ended.signal.aborted) {
    const records = told('follow', () => [...tail.read()]);
    for (const record of records) view(record);
    await sleep(everyMs, undefined, { signal: ended.signal }).catch(() => undefined);
  }
  return 0;
}

const sayJson = (record: HistoryRun | HistoryNote): void => {
  sayLine(JSON.stringify(record));
};

/** Says each run at once. Of monitors that find the same it is told again only how many there were, when something else comes. */
class LiveLines {
  readonly #say: (line: string) => void;
  #monitor: string | undefined;
  #again: { readonly count: number; readonly last: HistoryRun } | undefined;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  readonly add = (record: HistoryRun | HistoryNote): void => {
    if (record.kind === 'run' && record.event === 'monitor') {
      const form = formOf(record);
      if (form === this.#monitor) {
        this.#again = { count: (this.#again?.count ?? 0) + 1, last: record };
        return;
      }
      this.#monitor = form;
    }
    this.#sayAgain();
    const lines = new HistoryLines(this.#say, undefined);
    lines.add(record);
    lines.end();
  };

  #sayAgain(): void {
    if (this.#again === undefined) return;
    const { count, last } = this.#again;
    this.#again = undefined;
    this.#say(
      printable(
        `${localTime(last.beginMs)}  monitor: the same ${count === 1 ? 'once' : `${count} times`} more until then`,
      ),
    );
  }
}
