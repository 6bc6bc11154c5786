import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import type { Observable } from '../run-observers/run-notifier.ts';
import type { Report } from './report.ts';

/**
 * How long the setting stays after an address came, in milliseconds. ctdbd announces each address three times, 1.1 seconds
 * apart (ctdb/server/ctdb_takeover.c), and later if it has much to do.
 */
const holdMs = 5_000;

/** The events after which ctdbd announces an address. */
const announced: ReadonlySet<string> = new Set(['takeip', 'updateip']);

/** Where the setting is, and where it is reported. */
export interface ExpeditedRcuSettings {
  /** The directory of the kernel's settings, `/sys/kernel`. */
  readonly directory: string;
  /** The file that says that this daemon has changed the setting. A reboot removes the file and undoes the change. */
  readonly mark: string;
  readonly report: Report;
}

/** The variable that says whether grace periods are expedited. */
const variable = 'CTDB_HOOK_RCU_EXPEDITED';

/**
 * Whether grace periods are to be expedited. The default is yes. In CTDB's test mode the default is no, because a daemon
 * keeps to its own directory there.
 *
 * @param report is told of a value other than yes and no; the default applies then.
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
 * ctdbd announces an address with gratuitous ARPs, each from a packet socket of its own. To close such a socket takes a
 * grace period of 10 to 20 ms, in which ctdbd answers nobody; this happens three times for each address. With some hundred
 * addresses the other nodes take the node for dead. A value that somebody else has set is left as it is.
 */
export class ExpeditedRcu implements Disposable {
  readonly #settings: ExpeditedRcuSettings;
  #untilMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isReported = false;

  /** Undoes the change of a daemon that was killed before it could do so. */
  constructor(settings: ExpeditedRcuSettings) {
    this.#settings = settings;
    this.#undo();
  }

  /** Expedites at the events after which ctdbd announces an address. */
  watch(observable: Observable): void {
    observable.on('run:start', ({ event }) => {
      if (announced.has(event.name)) this.expedite();
    });
  }

  /** Expedites from now on, until no address has come for `holdMs`. */
  expedite(): void {
    this.#untilMs = performance.now() + holdMs;
    if (this.#timer !== undefined) return;
    this.#attempt(() => {
      this.#setExpedited();
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

  /** Changes the setting, unless somebody else has changed it already, or the kernel was told never to expedite. */
  #setExpedited(): void {
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

  /** Reports the first failure. A failure costs time and nothing else. */
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
