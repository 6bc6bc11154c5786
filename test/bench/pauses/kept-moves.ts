import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Moves } from './measurements.ts';
import type { Move } from './move.ts';

/** Moves that were measured, in a file of JSON if there is a path: by a name, and where from and to the address moved. */
export class KeptMoves {
  readonly #path: string | undefined;
  readonly #kept: Record<string, Record<string, readonly Move[]>>;

  constructor(path?: string) {
    this.#path = path;
    this.#kept =
      path !== undefined && existsSync(path)
        ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, readonly Move[]>>)
        : {};
  }

  /** What was measured under this name; empty if nothing was. */
  of(name: string): Moves {
    return new Map(Object.entries(this.#kept[name] ?? {}));
  }

  /** Keeps what was measured, beside what else there is under this name. */
  keep(name: string, moves: Moves): void {
    this.#kept[name] = { ...this.#kept[name], ...Object.fromEntries(moves) };
    if (this.#path !== undefined) writeFileSync(this.#path, JSON.stringify(this.#kept));
  }
}
