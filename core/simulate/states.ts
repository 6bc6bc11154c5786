/** What a simulation should come across: a fault that is met in none of these says little. */
export const states = [
  'takeover run that moved addresses',
  'takeover run that moved nothing',
  'takeover run that failed',
  'recovery',
  'recovery that failed',
  'monitor cancelled by another event',
  'event that failed',
  'event out of time',
  'node unhealthy',
  'node banned',
  'node lost with addresses on it',
  'ctdbd killed with addresses on the node',
  'process killed during an event',
  'deferred work that failed, and was told again',
  'address released and taken again before it was told of',
] as const;

export type State = (typeof states)[number];

/** How often each of them was come across. */
export class StatesReached {
  readonly #counts = new Map<State, number>();

  note(state: State): void {
    this.#counts.set(state, (this.#counts.get(state) ?? 0) + 1);
  }

  /** Adds those of another simulation. */
  add(others: StatesReached): void {
    for (const state of states)
      this.#counts.set(state, (this.#counts.get(state) ?? 0) + others.countOf(state));
  }

  countOf(state: State): number {
    return this.#counts.get(state) ?? 0;
  }
}
