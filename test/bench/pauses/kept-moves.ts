import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Moves } from './measurements.ts';
import type { Move } from './move.ts';

/** Moves that were measured, in a file of JSON: by a name, and where from and to the address moved. */
export class KeptMoves {
  readonly #path: string;
  readonly #kept: Record<string, Record<string, readonly Move[]>>;

  constructor(path: string) {
    this.#path = path;
    this.#kept = existsSync(path)
      ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, readonly Move[]>>)
      : {};
  }

  /** What was measured under this name, if anything. */
  of(name: string): Moves | undefined {
    const kept = this.#kept[name];
    return kept && new Map(Object.entries(kept));
  }

  /** Keeps what was measured. */
  keep(name: string, moves: Moves): void {
    this.#kept[name] = Object.fromEntries(moves);
    writeFileSync(this.#path, JSON.stringify(this.#kept));
  }
}
