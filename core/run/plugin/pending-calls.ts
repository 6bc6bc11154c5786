import type { Clock } from '../../process/clock.ts';

/** How many calls are told at most; a plugin may have started more in parallel. */
const describedMax = 10;

/** Longest description of one call, in characters. */
const descriptionMax = 200;

/** Called when a call is made. Answers a function that says where, to be put after what was called; empty for nothing. */
export type NotePlace = () => () => string;

/** What a plugin waits for: calls of its context that have not settled. */
export class PendingCalls {
  readonly #clock: Clock;
  readonly #notePlace: NotePlace;
  readonly #pending = new Map<
    symbol,
    { readonly what: string; readonly sinceMs: number; readonly place: () => string }
  >();

  /** @param notePlace notes where a call is made, if that is to be told */
  constructor(clock: Clock, notePlace: NotePlace = () => () => '') {
    this.#clock = clock;
    this.#notePlace = notePlace;
  }

  /** The same context. Each of its calls is noted until it settles. */
  watch<T extends object>(context: T): T {
    return this.#watch(context, '');
  }

  /** A line for each call that has not settled, with how long it has been waited for. */
  describe(): string[] {
    const calls = [...this.#pending.values()];
    const lines = calls.slice(0, describedMax).map(({ what, sinceMs, place }) => {
      const seconds = ((this.#clock.monotonicMs() - sinceMs) / 1000).toFixed(1);
      return `  waiting for ${what}${place()}, for ${seconds} s`;
    });
    const more = calls.length - lines.length;
    return more > 0 ? [...lines, `  and for ${more} calls more`] : lines;
  }

  /** Wraps a member when it is first used: most plugins use few. */
  #watch<T extends object>(target: T, path: string): T {
    return new Proxy(target, {
      get: (inner, key) => {
        const member: unknown = Reflect.get(inner, key);
        if (typeof key === 'symbol' || !isWatched(path, key, member)) return member;
        return this.#watch(member, path === '' ? key : `${path}.${key}`);
      },
      apply: (inner, self, words: unknown[]) => {
        const returned: unknown = Reflect.apply(inner as () => unknown, self, words);
        if (returned instanceof Promise) this.#remember(path, words, returned);
        return returned;
      },
    });
  }

  #remember(path: string, words: readonly unknown[], promise: Promise<unknown>): void {
    const call = Symbol(path);
    const what = [path, ...words.map(inWords)].join(' ').slice(0, descriptionMax);
    this.#pending.set(call, { what, sinceMs: this.#clock.monotonicMs(), place: this.#notePlace() });
    const settle = (): void => void this.#pending.delete(call);
    promise.then(settle, settle);
  }
}

/** Members that are not code of ours: the plugin's own state and options, and the signal, which must stay the same object. */
const unwatched: ReadonlySet<string> = new Set(['options', 'state', 'signal', 'environment', 'paths', 'log']);

function isWatched(path: string, key: string, member: unknown): member is object {
  if (path === '' && unwatched.has(key)) return false;
  return typeof member === 'function' || (typeof member === 'object' && member !== null);
}

/** An argument, short: commands as words, addresses as ip, everything else is left out. */
function inWords(word: unknown): string {
  if (typeof word === 'string' || typeof word === 'number') return String(word);
  if (Array.isArray(word)) return word.map(inWords).join(' ');
  if (typeof word === 'object' && word !== null && 'ip' in word) return String(word.ip);
  return '';
}
