import { formOf } from './form-of.ts';
import type { HistoryRun } from './record.ts';
import { type ShortRun, shortRun } from './short-run.ts';

/** Most runs of a file that later ones may be like. Most nodes have one or two of each event. */
const formsMax = 64;

/** How many runs of this process have an id. Several processes write to one file, so each id has that of its process. */
let count = 0;

/** Makes runs short that are like an earlier one of the same file. Nearly all are: a node monitors two million times a year. */
export class RunShortener {
  readonly #ids = new Map<string, string>();

  /** The shortest record of a run. */
  shorten(run: HistoryRun): HistoryRun | ShortRun {
    const form = formOf(run);
    const known = this.#ids.get(form);
    if (known !== undefined) return shortRun(known, run);
    if (this.#ids.size >= formsMax) this.#ids.clear();
    count += 1;
    const id = `${process.pid}.${count}`;
    this.#ids.set(form, id);
    return { ...run, id };
  }

  /** Forgets the earlier ones: what comes next stands in another file. */
  forget(): void {
    this.#ids.clear();
  }
}
