import { type EventStatus, timevalOf } from '../../eventd-protocol/status.ts';
import type { RaisedEvent } from '../../run/outcome.ts';
import type { RunRecord } from '../../run/run-event.ts';

/** Most events of one component whose last run is kept. Names are free text; CTDB has twelve. */
const eventsMax = 100;

/** Most bytes of output that are kept of all events of a component together, so that a reply always fits. */
const outputBytesMax = 16 * 1024 * 1024;

/** A run that is kept: the event that was raised, and how it ended. One object stands for the event from its request on. */
interface KeptRun {
  readonly raised: RaisedEvent;
  readonly status: EventStatus;
}

/** How the last run of each event of a component ended. */
export class StatusStore {
  /** The event that ran longest ago comes first. */
  readonly #byEvent = new Map<string, KeptRun>();

  /** The last run of an event, or undefined if it never ran to an end. */
  get(event: string): EventStatus | undefined {
    return this.#byEvent.get(event)?.status;
  }

  /** Keeps a run in place of the last run of the same event. */
  set({ event, result, entries }: RunRecord): void {
    const scripts = entries.map(({ entry, begin, end, ...outcome }) => ({
      name: entry.name,
      begin: timevalOf(begin),
      end: timevalOf(end),
      result: outcome.result,
      output: outcome.output,
    }));
    this.#put({ raised: event, status: { summary: result, scripts } });
  }

  /** Adds to a script's output at this very event, if that is still the last run of an event of its name. */
  amend(raised: RaisedEvent, script: string, addition: Buffer): void {
    const kept = this.#byEvent.get(raised.name);
    if (kept?.raised !== raised || !kept.status.scripts.some(({ name }) => name === script)) return;
    const scripts = kept.status.scripts.map((each) =>
      each.name === script ? { ...each, output: Buffer.concat([each.output, addition]) } : each,
    );
    this.#put({ raised, status: { ...kept.status, scripts } });
  }

  #put({ raised, status }: KeptRun): void {
    const { name } = raised;
    this.#byEvent.delete(name);
    this.#byEvent.set(name, { raised, status });
    for (const oldest of this.#byEvent.keys()) {
      if (this.#byEvent.size <= eventsMax && this.#outputBytes() <= outputBytesMax) return;
      if (oldest === name) this.#byEvent.set(name, { raised, status: withoutOutput(status) });
      else this.#byEvent.delete(oldest);
    }
  }

  #outputBytes(): number {
    let sum = 0;
    for (const { status } of this.#byEvent.values())
      for (const { output } of status.scripts) sum += output.length;
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
