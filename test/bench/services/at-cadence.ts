import { setTimeout as delay } from 'node:timers/promises';
import type { Samples } from '../take-turns.ts';

/** Something that is monitored, and the processor time that it has used so far. */
export interface Monitored {
  readonly cpu: { readonly usedMs: () => number };
  readonly monitorMs: () => Promise<number>;
  /** When `monitor` was raised last, by whomever. */
  readonly lastRaised: () => Promise<string>;
}

/** How often it is monitored. */
export interface Cadence {
  readonly intervalMs: number;
  readonly rounds: number;
}

/**
 * Monitors several at an even pace, one after the other in each round. A round is the time from one `monitor` to the next
 * of the same, so what they do in between is counted; one in which ctdbd raised another of its own does not count.
 *
 * Of each there are `NAME`: the processor time of the rounds, `NAME, event`: that of the events alone, and `NAME, took`: how
 * long the events took; all in milliseconds.
 */
export async function atCadence(
  monitored: Readonly<Record<string, Monitored>>,
  { intervalMs, rounds }: Cadence,
): Promise<Samples> {
  const cases = Object.entries(monitored).map(([name, each], index, { length }) => ({
    name,
    each,
    offsetMs: (index * intervalMs) / length,
    samples: { usedMs: [] as number[], eventMs: [] as number[], tookMs: [] as number[] },
    under: undefined as Round | undefined,
  }));
  const began = performance.now();
  for (let round = 0; round <= rounds; round += 1) {
    for (const current of cases) {
      const { each, offsetMs, under, samples } = current;
      await delay(Math.max(0, began + round * intervalMs + offsetMs - performance.now()));
      const usedMs = each.cpu.usedMs();
      if (under !== undefined && (await each.lastRaised()) === under.raised) {
        samples.usedMs.push(usedMs - under.beginMs);
        samples.eventMs.push(under.eventMs);
        samples.tookMs.push(under.tookMs);
      }
      if (round < rounds) current.under = await beginRound(each);
    }
  }
  return Object.fromEntries(
    cases.flatMap(({ name, samples: { usedMs, eventMs, tookMs } }) => [
      [name, usedMs],
      [`${name}, event`, eventMs],
      [`${name}, took`, tookMs],
    ]),
  );
}

/** A round that goes on. */
interface Round {
  readonly raised: string;
  /** The processor time that had been used when it began. */
  readonly beginMs: number;
  readonly eventMs: number;
  readonly tookMs: number;
}

async function beginRound({ cpu, monitorMs, lastRaised }: Monitored): Promise<Round> {
  const before = cpu.usedMs();
  const tookMs = await monitorMs();
  const after = cpu.usedMs();
  const raised = await lastRaised();
  // What it takes to ask when it was raised is the benchmark's own.
  return { raised, beginMs: before + cpu.usedMs() - after, eventMs: after - before, tookMs };
}
