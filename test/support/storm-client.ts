import { join } from 'node:path';
import { expect } from 'vitest';
import type { Talker } from './namespace.ts';
import type { NetworkPair } from './network-pair.ts';

/** Most connections of one storm: more than it makes in any test. */
const connectionsMax = 20_000;

/** By how many a storm that goes on has grown at least. */
const growth = 200;

/** How long nothing may change until a storm counts as settled: as many reports in a row say the same. */
const sameReports = 20;

/** `storm.ts` on the client of a pair, against port 2049 of 10.0.0.1. */
export class Storm {
  readonly #talker: Talker;
  #reports = 0;

  constructor(pair: NetworkPair) {
    const program = [process.execPath, join(import.meta.dirname, 'storm.ts')];
    this.#talker = pair.client.spawn([...program, '10.0.0.1', '2049', String(connectionsMax)]);
  }

  /** Waits for the first hundred connections. */
  began(): Promise<void> {
    return this.#talker.says('storm began\n');
  }

  /** Waits until it has made some hundred connections more. */
  async goesOn(): Promise<void> {
    const connected = async () => Number(/^storm (\d+)/.exec(await this.#report())?.[1]);
    const before = await connected();
    await expect.poll(connected).toBeGreaterThan(before + growth);
  }

  /** Ends it, and answers what it reports once that has stayed the same for a while, or has come down to none. */
  async settled(): Promise<string> {
    this.#talker.tell('stop\n');
    const seen: string[] = [];
    await expect
      .poll(async () => {
        seen.push(await this.#report());
        const last = seen.slice(-sameReports);
        return (
          / 0 without/.test(last.at(-1) ?? '') || (last.length === sameReports && new Set(last).size === 1)
        );
      })
      .toBe(true);
    return seen.at(-1) ?? '';
  }

  #report(): Promise<string> {
    this.#talker.tell('report\n');
    this.#reports += 1;
    return this.#talker.line(this.#reports);
  }
}
