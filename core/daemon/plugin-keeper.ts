import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Entry } from '../entries/entry.ts';
import type { LoadedPlugin } from '../host/messages.ts';
import { fileIdentity } from '../entries/file-identity.ts';
import { HostEnded } from './host-ended.ts';
import type { HostPool } from './host-pool.ts';
import type { HostProcess } from './host-process.ts';
import type { Report } from './report.ts';

/** How long a plugin may take to load, in milliseconds; the host itself gives up a little earlier, and says more. */
const loadTimeoutMs = 5_500;

/**
 * How many hosts in a row may end while a plugin is loaded until it is left out: a host may also be killed from outside,
 * as by the kernel when memory is short, and a plugin that is left out stays so until its files change.
 */
const endsMax = 2;

/** A plugin that an event may call, as it was loaded. */
export interface KeptPlugin extends LoadedPlugin {
  /** What there is to say of it beside: that the last good version runs, and why. */
  readonly note?: string;
}

/** A host with the plugins of a directory loaded. */
export interface KeptHost {
  readonly host: HostProcess;
  readonly plugins: ReadonlyMap<string, KeptPlugin>;
}

/** The plugins that a host was to load, and the files by which it is known whether that would be the same today. */
interface Attempt extends KeptHost {
  readonly plan: string;
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Keeps the plugins of a component loaded in a host, and replaces the host when anything of them has changed.
 *
 * No file is imported twice into one process: each change means a new host. If a plugin that worked does not load in
 * there, the old host goes on as long as it lives.
 */
export class PluginKeeper {
  readonly #pool: HostPool;
  readonly #report: Report;
  #preparing: Promise<unknown> = Promise.resolve();
  #current: Attempt | undefined;
  /** What was tried in vain to replace the current one, while nothing of it changes. */
  #rejected: Attempt | undefined;
  /** Plugins that ended the host in which they were loaded, and the files that they were of. */
  readonly #fatal = new Map<
    string,
    { readonly files: ReadonlyMap<string, string>; readonly loaded: LoadedPlugin }
  >();

  /** How many hosts have ended in a row while a plugin was loaded. */
  readonly #ends = new Map<string, number>();

  constructor(pool: HostPool, report: Report) {
    this.#pool = pool;
    this.#report = report;
  }

  /**
   * A host in which these entries are loaded as they are now; undefined if there are none. Takes milliseconds, but up to
   * `loadTimeoutMs` for each plugin that does not load.
   *
   * @throws HostEnded if no host can be started.
   */
  prepare(entries: readonly Entry[]): Promise<KeptHost | undefined> {
    // An event that ran out of time may have left it at work.
    const prepared = this.#preparing.then(() => this.#prepare(entries));
    this.#preparing = prepared.catch(() => undefined);
    return prepared;
  }

  async #prepare(entries: readonly Entry[]): Promise<KeptHost | undefined> {
    const wanted = entries.filter(({ kind, disabled }) => kind === 'plugin' && disabled === undefined);
    if (wanted.length === 0) {
      this.#replace(undefined);
      return undefined;
    }
    const plan = planOf(wanted);
    const current = this.#usable();
    if (current !== undefined && this.#isAsWanted(current, plan)) return current;
    if (current !== undefined && this.#rejected !== undefined && isSame(this.#rejected, plan)) return current;
    return this.#renew(wanted, plan, current);
  }

  /** Ends the host in use. */
  stop(): void {
    this.#current?.host.kill();
    this.#rejected?.host.kill();
  }

  #usable(): Attempt | undefined {
    const current = this.#current;
    return current?.host.isAlive === true && current.host.retired === undefined ? current : undefined;
  }

  #isAsWanted(current: Attempt, plan: string): boolean {
    if (!isSame(current, plan)) return false;
    this.#rejected = undefined; // What was changed has been changed back.
    return true;
  }

  async #renew(wanted: readonly Entry[], plan: string, current: Attempt | undefined): Promise<KeptHost> {
    const fresh = await this.#load(wanted, plan);
    const worse =
      current === undefined ? [] : [...fresh.plugins.values()].filter((plugin) => isWorse(plugin, current));
    if (current === undefined || worse.length === 0) {
      this.#tell(fresh);
      this.#replace(fresh);
      return fresh;
    }
    fresh.host.kill('it is not needed');
    this.#rejected = fresh;
    this.#current = await this.#goOn(current, wanted, fresh.plugins);
    return this.#current;
  }

  /** The old host with what is new beside: its plugins run on in the version that loaded last. */
  async #goOn(
    current: Attempt,
    wanted: readonly Entry[],
    fresh: ReadonlyMap<string, KeptPlugin>,
  ): Promise<Attempt> {
    const plugins = new Map(current.plugins);
    // What does not load in a fresh host must not be tried in the one that has to go on.
    for (const plugin of fresh.values())
      if (plugin.outcome !== 'loaded') plugins.set(plugin.name, this.#lastGood(plugin, current) ?? plugin);
    for (const { name, path } of wanted)
      if (!plugins.has(name)) plugins.set(name, await current.host.load(name, path, loadTimeoutMs));
    return { ...current, plugins };
  }

  /** The version of a plugin that goes on, if one does. */
  #lastGood(plugin: KeptPlugin, current: Attempt): KeptPlugin | undefined {
    const { name, message } = plugin;
    const last = current.plugins.get(name);
    if (last === undefined || !isWorse(plugin, current)) return undefined;
    const note = `WARNING: ${name} does not load, its last good version goes on: ${message}`;
    this.#report(note);
    return { ...last, note };
  }

  /** Loads all in a fresh host; one that ends its host while it is loaded is left out of the next. */
  async #load(wanted: readonly Entry[], plan: string): Promise<Attempt> {
    for (let attempt = 0; ; attempt += 1) {
      const host = await this.#pool.take();
      const plugins = await this.#loadInto(host, wanted);
      if (plugins !== undefined) return { host, plan, plugins, files: this.#filesOf(host, wanted, plugins) };
      if (attempt > wanted.length * endsMax)
        throw new HostEnded('it ended again and again while plugins were loaded');
    }
  }

  /** Undefined if that has ended the host. */
  async #loadInto(
    host: HostProcess,
    wanted: readonly Entry[],
  ): Promise<ReadonlyMap<string, KeptPlugin> | undefined> {
    const plugins = new Map<string, KeptPlugin>();
    for (const { name, path } of wanted) {
      const fatal = this.#fatal.get(name);
      if (fatal !== undefined && !isChanged(fatal.files)) {
        plugins.set(name, fatal.loaded);
        continue;
      }
      this.#fatal.delete(name);
      const before = new Set(host.files.keys());
      const beganMs = performance.now();
      try {
        plugins.set(name, await host.load(name, path, loadTimeoutMs));
        this.#ends.delete(name);
      } catch (error) {
        if (!(error instanceof HostEnded)) throw error;
        const isSlow = performance.now() - beganMs >= loadTimeoutMs;
        const ends = isSlow ? endsMax : (this.#ends.get(name) ?? 0) + 1;
        this.#ends.set(name, ends);
        if (ends < endsMax) return undefined;
        this.#ends.delete(name);
        const files = new Map([...host.files].filter(([file]) => !before.has(file)));
        const message = `${path}: not loaded: ${error.message}`;
        this.#fatal.set(name, { files: withWays(path, files), loaded: { ...missing(name), message } });
        return undefined;
      }
    }
    return plugins;
  }

  /** All files that plugins were loaded from, and the entries themselves, which may be links that come to lead elsewhere. */
  #filesOf(
    host: HostProcess,
    wanted: readonly Entry[],
    plugins: ReadonlyMap<string, KeptPlugin>,
  ): ReadonlyMap<string, string> {
    const files = new Map([...wanted.map(({ path }) => [path, identityOf(path)] as const), ...host.files]);
    for (const { name, path } of wanted) {
      if (plugins.get(name)?.outcome === 'loaded') continue;
      for (const [file, identity] of this.#fatal.get(name)?.files ?? withWays(path, new Map()))
        files.set(file, identity);
    }
    return files;
  }

  /** Says of each plugin that does not load why, once. */
  #tell({ plugins }: KeptHost): void {
    for (const { name, outcome, message } of plugins.values())
      if (outcome !== 'loaded') this.#report(`ERROR: ${name}: ${message}`);
  }

  #replace(next: Attempt | undefined): void {
    this.#current?.host.kill('another took its place');
    this.#current = next;
    this.#rejected = undefined;
  }
}

const missing = (name: string): LoadedPlugin => ({
  name,
  outcome: 'failed',
  message: 'not loaded',
  events: [],
});

/** A refused one must not go on: what stands there is not to be trusted, and an administrator has to see that. */
const isWorse = ({ name, outcome }: KeptPlugin, current: KeptHost): boolean =>
  outcome === 'failed' && current.plugins.get(name)?.outcome === 'loaded';

const planOf = (entries: readonly Entry[]): string =>
  entries.map(({ name, path }) => `${name}\0${path}`).join('\0');

const isSame = (attempt: Attempt, plan: string): boolean =>
  attempt.plan === plan && !isChanged(attempt.files);

function isChanged(files: ReadonlyMap<string, string>): boolean {
  for (const [path, identity] of files) if (identityOf(path) !== identity) return true;
  return false;
}

/** What did not load may do so when something on the way to it has changed, or beside what it was read from. */
function withWays(path: string, files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const places = [path, ...files.keys(), realPathOf(path)];
  const ways = places.flatMap((place) => [dirname(place), ...waysTo(place)]);
  return new Map([...[...places, ...ways].map((place) => [place, identityOf(place)] as const), ...files]);
}

/** The directories on the way to a path, marked by a slash at the end. */
function waysTo(path: string): string[] {
  const way = `${dirname(path)}/`;
  return way === '//' || way === './' ? ['/'] : [way, ...waysTo(dirname(path))];
}

function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

/** What is not there has an identity too: it may come back. Of a way to something it matters who may change it. */
function identityOf(path: string): string {
  try {
    if (!path.endsWith('/')) return fileIdentity(path);
    const { ino, mode, uid, gid } = statSync(path);
    return [ino, mode, uid, gid].join(':');
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
