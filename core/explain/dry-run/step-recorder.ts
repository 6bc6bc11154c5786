import type { Change, Step } from '../step.ts';
import { type Memory, memoryChanges } from './memory-changes.ts';

/** Most steps that are told of one plugin; it may ask a thousand questions. */
const stepsMax = 1000;

/** A plugin needs the result of something that was not done. What it does next does not count. */
export class UnknownResult extends Error {
  override name = 'UnknownResult';
}

/** Notes what a plugin does, and what of it was not done. */
export class StepRecorder {
  readonly #steps: Step[] = [];
  readonly #changes: Change[] = [];
  readonly #assumed = new Set<string>();
  readonly #stop: () => void;
  #needs: string | undefined;
  #memory: { readonly now: Memory; readonly before: Memory } | undefined;
  #left = 0;

  /** @param stop is called when nothing more can be known. */
  constructor(stop: () => void) {
    this.#stop = stop;
  }

  /** Notes what a plugin remembers before it changes that; called whenever it looks. */
  watchMemory(memory: Readonly<Record<string, unknown>>): void {
    this.#memory ??= { now: memory, before: structuredClone(memory) };
  }

  /** Notes what it would remember otherwise than before. */
  noteMemory(): void {
    if (this.#memory === undefined) return;
    const { before, now } = this.#memory;
    for (const change of memoryChanges(before, now)) this.note(change);
  }

  /** The steps in their order. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** How many steps there were beside those that are told. */
  get leftOut(): number {
    return this.#left;
  }

  /** The last change of these kinds; undefined if there is none. */
  lastChange(...kinds: readonly Change['kind'][]): Change | undefined {
    return this.#changes.findLast(({ kind }) => kinds.includes(kind));
  }

  /** What has the result without which nothing more can be known. */
  get needs(): string | undefined {
    return this.#needs;
  }

  /** Whether steps take something for granted. */
  get isConditional(): boolean {
    return this.#assumed.size > 0;
  }

  /** Notes a step. */
  note(step: Step): void {
    if (this.#needs !== undefined) return;
    if (step.word === 'would run') this.#changes.push(step);
    if (this.#steps.length < stepsMax) this.#steps.push(step);
    else this.#left += 1;
  }

  /** From here on all is told for the case that this is so; said once. */
  assume(needs: string, assumed: string): void {
    const key = `${needs}\0${assumed}`;
    if (this.#needs !== undefined || this.#assumed.has(key)) return;
    this.#assumed.add(key);
    this.note({ word: 'unknown from here', needs, assumed });
  }

  /** Ends the dry run. @throws UnknownResult always */
  end(needs: string): never {
    if (this.#needs === undefined) {
      this.note({ word: 'unknown from here', needs });
      this.#needs = needs;
      this.#stop();
    }
    throw new UnknownResult(`the dry run has ended: it needs the result of ${needs}`);
  }
}
