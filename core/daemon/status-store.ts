import { type EventStatus, type ScriptStatus, timevalOf } from '../protocol/status.ts';
import type { RunRecord } from '../run/run-event.ts';

/** Most events of one component whose last run is kept. Names are free text; CTDB has twelve. */
const eventsMax = 100;

/** Most bytes of output kept of all events of a component together, so that a reply always fits. */
const outputBytesMax = 16 * 1024 * 1024;

/** How the last run of each event of a component ended. */
export class StatusStore {
  /** The one that ran longest ago comes first. */
  readonly #byEvent = new Map<string, EventStatus>();

  /** The last run of an event, or undefined if it never ran to an end. */
  get(event: string): EventStatus | undefined {
    return this.#byEvent.get(event);
  }

  /** Keeps a run, in place of the one before. */
  set({ event, result, entries }: RunRecord): void {
    this.#put(event.name, {
      summary: result,
      scripts: entries.map(({ entry, begin, end, ...outcome }) => ({
        name: entry.name,
        begin: timevalOf(begin),
        end: timevalOf(end),
        result: outcome.result,
        output: outcome.output,
      })),
    });
  }

  /** Adds to what a script has said, if this is still its last run. */
  amend(event: string, script: string, began: Date, addition: Buffer): void {
    const status = this.#byEvent.get(event);
    const { seconds, microseconds } = timevalOf(began);
    const isIt = ({ name, begin }: ScriptStatus): boolean =>
      name === script && begin.seconds === seconds && begin.microseconds === microseconds;
    if (status?.scripts.some(isIt) !== true) return;
    const scripts = status.scripts.map((each) =>
      isIt(each) ? { ...each, output: Buffer.concat([each.output, addition]) } : each,
    );
    this.#put(event, { ...status, scripts });
  }

  #put(event: string, status: EventStatus): void {
    this.#byEvent.delete(event);
    this.#byEvent.set(event, status);
    for (const oldest of this.#byEvent.keys()) {
      if (this.#byEvent.size <= eventsMax && this.#outputBytes() <= outputBytesMax) return;
      if (oldest === event) this.#byEvent.set(event, withoutOutput(status));
      else this.#byEvent.delete(oldest);
    }
  }

  #outputBytes(): number {
    let sum = 0;
    for (const { scripts } of this.#byEvent.values()) for (const { output } of scripts) sum += output.length;
    return sum;
  }
}

const withoutOutput = ({ summary, scripts }: EventStatus): EventStatus => ({
  summary,
  scripts: scripts.map((script) => ({
    ...script,
    output: Buffer.from(`[output of ${script.output.length} bytes not kept]\n`),
  })),
});
