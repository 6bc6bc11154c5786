import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import type { Observable } from '../run-observers/run-notifier.ts';
import type { Report } from './report.ts';

/**
 * For how long after an address came, in milliseconds: ctdbd announces each three times, 1.1 seconds apart
 * (ctdb/server/ctdb_takeover.c), and later if it has much to do.
 */
const holdMs = 5_000;

/** The events after which ctdbd announces an address. */
const announced: ReadonlySet<string> = new Set(['takeip', 'updateip']);

/** Where grace periods are quickened. */
export interface ExpeditedRcuSettings {
  /** The directory of the kernel's settings, `/sys/kernel`. */
  readonly directory: string;
  /** The file that says that this daemon has changed them; gone after a reboot, as the change is. */
  readonly mark: string;
  readonly report: Report;
}

/** The variable that says whether. */
const variable = 'CTDB_HOOK_RCU_EXPEDITED';

/**
 * Whether they are to be: yes, where nothing is said. In CTDB's test mode, where a daemon keeps to its own directory, no.
 *
 * @param report Is told of a word that is neither, which counts as none.
 */
export function isRcuExpedited(environment: NodeJS.ProcessEnv, report: Report): boolean {
  const word = environment[variable] ?? '';
  if (word === 'yes' || word === 'no') return word === 'yes';
  if (word !== '') report(`ERROR: ${variable} is ${JSON.stringify(word)}, expected yes or no`);
  return environment['CTDB_TEST_MODE'] === undefined;
}

/**
 * Has the kernel expedite the grace periods of RCU while addresses come to this node.
 *
 * ctdbd announces an address with gratuitous ARPs, each from a packet socket of its own, and to close one takes a grace
 * period: 10 to 20 ms in which ctdbd answers nobody, three times for each address. With some hundred its neighbours take it
 * for dead. What somebody else has set is left as it is.
 */
export class ExpeditedRcu implements Disposable {
  readonly #settings: ExpeditedRcuSettings;
  #untilMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isReported = false;

  /** Undoes what a daemon did that was killed meanwhile. */
  constructor(settings: ExpeditedRcuSettings) {
    this.#settings = settings;
    this.#undo();
  }

  /** Hastens at the events that ask for it. */
  watch(observable: Observable): void {
    observable.on('run:start', ({ event }) => {
      if (announced.has(event.name)) this.hasten();
    });
  }

  /** From now on, until no address has come for a while. */
  hasten(): void {
    this.#untilMs = performance.now() + holdMs;
    if (this.#timer !== undefined) return;
    this.#attempt(() => {
      this.#expedite();
    });
    this.#wait();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#undo();
  }

  #wait(): void {
    const remainingMs = this.#untilMs - performance.now();
    if (remainingMs <= 0) this[Symbol.dispose]();
    else
      this.#timer = setTimeout(() => {
        this.#wait();
      }, remainingMs).unref();
  }

  /** Not where somebody has already, nor where the kernel was told to do it never. */
  #expedite(): void {
    const { mark } = this.#settings;
    if (this.#read('rcu_expedited') !== '0' || this.#read('rcu_normal') !== '0') return;
    makeDirectory(dirname(mark));
    writeFileSync(mark, '');
    this.#write('1');
  }

  #undo(): void {
    const { mark } = this.#settings;
    this.#attempt(() => {
      if (!existsSync(mark)) return;
      this.#write('0');
      rmSync(mark);
    });
  }

  #read(name: string): string {
    return readFileSync(join(this.#settings.directory, name), 'utf8').trim();
  }

  #write(value: string): void {
    writeFileSync(join(this.#settings.directory, 'rcu_expedited'), value, { flag: 'r+' });
  }

  /** Says what fails, once: it costs time and nothing else. */
  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (this.#isReported) return;
      this.#isReported = true;
      this.#settings.report(
        `${join(this.#settings.directory, 'rcu_expedited')} cannot be changed: ${String(error)}; ctdbd may be slow where many addresses come`,
      );
    }
  }
}
