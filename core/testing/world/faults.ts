import type { Caller } from './caller.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** How something fails: in words (a message, standard error, or an errno such as ENOSPC), or the outcome of a command. */
export type FailsAs = string | Readonly<Record<string, unknown>>;

type How =
  | { readonly kind: 'fails'; readonly as: FailsAs | undefined }
  | { readonly kind: 'takes'; readonly timeMs: number }
  | { readonly kind: 'hangs' }
  | { readonly kind: 'kills' };

interface Fault {
  readonly what: string;
  readonly how: How;
  left: number;
}

/** A call into the fake world, in words: `command pidof nginx`, `service nginx start`, `file write /etc/x`. */
export interface Called<T> {
  readonly words: readonly string[];
  /** Whether it changes something. */
  readonly isChange: boolean;
  /** What it comes to. */
  readonly work: () => T | Promise<T>;
  /** What it comes to where the test has it fail. */
  readonly failed: (as: FailsAs | undefined) => T;
  /** Whether it undoes something, and is done although the event was told to stop. */
  readonly isUndo?: boolean;
  /** Ends it sooner than the event's own signal. */
  readonly signal?: AbortSignal;
}

/** What goes wrong because the test says so. Every call into the fake world goes through here. */
export class Faults {
  readonly #clock: VirtualClock;
  #faults: Fault[] = [];
  #watch: ((words: string, caller: Caller) => void) | undefined;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** From now on, `times` calls whose words begin with these go so. What was asked for last comes first. */
  add(what: string, how: How, times: number): void {
    if (!kinds.has(what.split(' ')[0] ?? ''))
      throw new Error(
        `what goes wrong is ${JSON.stringify(what)}, expected it to begin with one of ${[...kinds].join(', ')}`,
      );
    this.#faults.unshift({ what, how, left: times });
  }

  /** Has each call told, in words and with who makes it, before it is made; undefined ends that. */
  watch(watch: ((words: string, caller: Caller) => void) | undefined): void {
    this.#watch = watch;
  }

  /** Forgets what has not gone wrong so far. */
  clear(): void {
    this.#faults = [];
  }

  /** Those that nothing has met, in words: a fault that nobody met tested nothing. */
  get unmet(): readonly string[] {
    return this.#faults.filter(({ left }) => left > 0 && left !== Infinity).map(({ what }) => what);
  }

  /** The errno with which the read of a file fails that no plugin makes, such as that of an option file; undefined if it does not. */
  takeFile(path: string): string | undefined {
    const how = this.#take(['file', 'read', path]);
    if (how?.kind !== 'fails') return undefined;
    return typeof how.as === 'string' ? how.as : 'EACCES';
  }

  /** Makes a call for somebody. Rejects with the signal's reason where it was told to stop. */
  call<T>(caller: Caller, called: Called<T>): Promise<T> {
    if (!caller.isAlive()) return never();
    this.#clock.noteActivity();
    this.#watch?.(called.words.join(' '), caller);
    const how = this.#faults.length === 0 ? undefined : this.#take(called.words);
    if (how !== undefined) return this.#goWrong(caller, called, how);
    return this.#perform(caller, called);
  }

  async #goWrong<T>(caller: Caller, called: Called<T>, how: How): Promise<T> {
    const { signal = caller.signal } = called;
    if (called.isUndo !== true) signal.throwIfAborted();
    switch (how.kind) {
      case 'fails':
        return called.failed(how.as);
      case 'takes':
        await this.#clock.sleep(how.timeMs, signal);
        return this.#perform(caller, called);
      case 'hangs':
        return this.#clock.hang(signal);
      case 'kills':
        caller.die();
        return never();
    }
  }

  #perform<T>(caller: Caller, called: Called<T>): Promise<T> {
    return new Promise((resolve) => {
      if (called.isUndo !== true) (called.signal ?? caller.signal).throwIfAborted();
      const result = called.work();
      if (called.isChange) caller.did(called.words.join(' ')); // It may be known only now.
      resolve(result instanceof Promise ? this.#clock.whileBusy(result) : result);
    });
  }

  #take(words: readonly string[]): How | undefined {
    const said = words.join(' ');
    const fault = this.#faults.find(
      ({ left, what }) => left > 0 && (said === what || said.startsWith(`${what} `)),
    );
    if (fault === undefined) return undefined;
    fault.left -= 1;
    return fault.how;
  }
}

/** The first words of calls. */
const kinds: ReadonlySet<string> = new Set([
  'command',
  'service',
  'file',
  'directory',
  'network',
  'ctdb',
  'rpc',
  'port',
]);

const never = (): Promise<never> => new Promise(() => undefined);
