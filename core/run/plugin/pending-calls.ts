import { authorFrames } from '../../plugin-loading/author-frames.ts';
import type { Clock } from '../../process/clock.ts';

/** How many calls are told at most; a plugin may have started more in parallel. */
const describedMax = 10;

/** Longest description of one call, in characters. */
const descriptionMax = 200;

/** A call of the context that has not settled. */
interface PendingCall {
  readonly what: string;
  readonly sinceMs: number;
  /** Made where it was called: its stack is put into words only if it is told. */
  readonly origin: Error;
}

/** What a plugin waits for: calls of its context that have not settled. */
export class PendingCalls {
  readonly #clock: Clock;
  readonly #pending = new Map<symbol, PendingCall>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The same context. Each of its calls is noted until it settles. */
  watch<T extends object>(context: T): T {
    return this.#watch(context, '');
  }

  /** A line for each call that has not settled: its place in the author's file, and how long it has been waited for. */
  describe(): string[] {
    return this.#tell((call) => {
      const seconds = ((this.#clock.monotonicMs() - call.sinceMs) / 1000).toFixed(1);
      return `  waiting for ${inFile(call)}, for ${seconds} s`;
    });
  }

  /** A line for each call that has not settled, with its place in the author's file. */
  places(): string[] {
    return this.#tell((call) => `  ${inFile(call)}`);
  }

  #tell(inLine: (call: PendingCall) => string): string[] {
    const calls = [...this.#pending.values()];
    const lines = calls.slice(0, describedMax).map(inLine);
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
    const what = [path, ...words.map(inWords)].join(' ').slice(0, descriptionMax).trimEnd();
    this.#pending.set(call, { what, sinceMs: this.#clock.monotonicMs(), origin: calledHere() });
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

function inFile({ what, origin }: PendingCall): string {
  const [place] = authorFrames(origin);
  return place === undefined ? what : `${what} (${place.path}:${place.line})`;
}

/** Frames of a stack that are kept: the caller's is among the first, and each one costs time at every call. */
const framesMax = 8;

function calledHere(): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = framesMax;
  const error = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}
