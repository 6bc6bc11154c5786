import type { Report } from '../report.ts';
import { type FileIdentities, isChanged } from '../changed-files/file-identities.ts';
import { HostEnded } from './host-ended.ts';
import type { HostPool } from './host-pool.ts';
import type { HostProcess } from './host-process.ts';

/** How long a plugin may take to load, in milliseconds. The host itself stops a little earlier, and says more. */
export const hostLoadTimeoutMs = 5_500;

/**
 * After how many hosts in a row that ended while a plugin was loaded it is left out. A host may also be killed from
 * outside, as by the kernel when memory is short.
 */
export const endsMax = 2;

/** The first and the longest pause before a plugin is tried again, in milliseconds; it doubles each time. */
const pauseMs = { first: 1_000, longest: 300_000 } as const;

/**
 * How many times as long as the last try the pause is at least. A plugin that spins while it is loaded keeps a processor
 * busy.
 */
const pausePerTry = 10;

/** A host that ended while a plugin was loaded. */
export interface EndAtLoad {
  readonly name: string;
  readonly path: string;
  /** The files of the plugin. */
  readonly files: FileIdentities;
  readonly why: HostEnded;
  /** How long the load took until the host ended, in milliseconds. */
  readonly tookMs: number;
}

/** A plugin that is not loaded for now. */
interface LeftOut extends EndAtLoad {
  readonly tries: number;
  readonly againAt: Date;
  readonly timer: NodeJS.Timeout;
  /** The host in which the plugin is being tried. */
  host?: HostProcess;
}

/**
 * The plugins that end the hosts in which they are loaded. They are left out, so that the other plugins go on.
 *
 * Such a host may also have been killed from outside. So each plugin is tried again after a pause that grows, in a host of
 * its own, and no event waits for that. If it loads there, it is no longer left out. If it then ends a host that an event
 * waits for, it is left out again at once, and its pauses go on growing.
 */
export class LeftOutPlugins {
  readonly #pool: Pick<HostPool, 'take'>;
  readonly #report: Report;
  readonly #leftOut = new Map<string, LeftOut>();
  /** How many hosts in a row have ended while a plugin was loaded. Only plugins that are not left out are counted. */
  readonly #ends = new Map<string, number>();
  /**
   * How often a plugin was tried. Only plugins are here that have loaded in a host of their own, and in no other host
   * since.
   */
  readonly #onProbation = new Map<string, number>();

  constructor(pool: Pick<HostPool, 'take'>, report: Report) {
    this.#pool = pool;
    this.#report = report;
  }

  /** The files of a plugin that is left out; undefined if it is not. */
  filesOf(name: string): FileIdentities | undefined {
    return this.#leftOut.get(name)?.files;
  }

  /** Why a plugin is left out; undefined if it is not. */
  messageOf(name: string): string | undefined {
    const found = this.#leftOut.get(name);
    return found && `${found.path}: not loaded: ${found.why.message}`;
  }

  /** When a plugin is tried again, in words; empty if it is not left out. */
  againOf(name: string): string {
    const found = this.#leftOut.get(name);
    return found === undefined ? '' : againInWords(found);
  }

  /** Forgets the failures of all plugins but these, and of plugins whose files have changed. */
  review(plugins: readonly { readonly name: string }[]): void {
    if (this.#leftOut.size + this.#ends.size + this.#onProbation.size === 0) return;
    const names = new Set(plugins.map(({ name }) => name));
    for (const [name, { files }] of this.#leftOut)
      if (!names.has(name) || isChanged(files)) this.#forget(name);
    for (const counts of [this.#ends, this.#onProbation])
      for (const name of counts.keys()) if (!names.has(name)) counts.delete(name);
  }

  /** Notes that a plugin was loaded, or has failed to load while its host lives. */
  noteLoaded(name: string): void {
    this.#ends.delete(name);
    this.#onProbation.delete(name);
  }

  /** Notes that a host has ended while a plugin was loaded. After some such ends the plugin is left out. */
  noteEnd(end: EndAtLoad): void {
    const { name, tookMs } = end;
    const tries = this.#onProbation.get(name);
    const ends = (this.#ends.get(name) ?? 0) + 1;
    this.#ends.set(name, ends);
    if (ends < endsMax && tookMs < hostLoadTimeoutMs && tries === undefined) return;
    this.noteLoaded(name);
    this.#leaveOut(end, tries ?? 0);
  }

  /** Ends all tries. */
  stop(): void {
    for (const name of this.#leftOut.keys()) this.#forget(name);
  }

  #leaveOut(end: EndAtLoad, tries: number): void {
    const grown = Math.max(pauseMs.first * 2 ** tries, pausePerTry * end.tookMs);
    const pause = Math.round(Math.min(pauseMs.longest, grown));
    const timer = setTimeout(() => void this.#tryAgain(end.name), pause).unref();
    const leftOut = { ...end, tries: tries + 1, againAt: new Date(Date.now() + pause), timer };
    this.#leftOut.set(end.name, leftOut);
    this.#report(`WARNING: ${end.name} is left out, ${againInWords(leftOut)}: ${end.why.message}`);
  }

  async #tryAgain(name: string): Promise<void> {
    const leftOut = this.#leftOut.get(name);
    if (leftOut === undefined) return;
    const ended = await this.#load(leftOut);
    leftOut.host?.kill('it was for a try', 'INFO');
    if (this.#leftOut.get(name) !== leftOut) return; // The plugin is gone, or has changed meanwhile.
    if (ended !== undefined) {
      const { path, files, tries } = leftOut;
      this.#leaveOut({ name, path, files, why: ended.why, tookMs: ended.tookMs }, tries);
      return;
    }
    this.#forget(name);
    this.#onProbation.set(name, leftOut.tries);
    this.#report(`${name} is left out no longer: it was loaded without ending its host`, 'NOTICE');
  }

  /** Tries the plugin. Answers how the host ended, if it did. */
  async #load(leftOut: LeftOut): Promise<Pick<EndAtLoad, 'why' | 'tookMs'> | undefined> {
    let beganMs = performance.now();
    try {
      leftOut.host = await this.#pool.take();
      if (this.#leftOut.get(leftOut.name) !== leftOut) return undefined;
      beganMs = performance.now();
      await leftOut.host.load(leftOut.name, leftOut.path, hostLoadTimeoutMs);
      return undefined;
    } catch (why) {
      if (!(why instanceof HostEnded)) throw why;
      // Without a host nothing new is known.
      return leftOut.host === undefined ? leftOut : { why, tookMs: performance.now() - beganMs };
    }
  }

  #forget(name: string): void {
    const leftOut = this.#leftOut.get(name);
    this.#leftOut.delete(name);
    clearTimeout(leftOut?.timer);
    leftOut?.host?.kill('it was for a try', 'INFO');
  }
}

/** The time of day, because people read this later. */
const againInWords = ({ againAt }: Pick<LeftOut, 'againAt'>): string =>
  `it is tried again at ${againAt.toISOString()}`;
