import type { Entry } from '../../event-directory/entry.ts';
import type { LoadedPlugin } from '../../plugin-host/messages.ts';
import { type FileIdentities, identitiesOf, isChanged, withWays } from '../changed-files/file-identities.ts';
import { HostEnded } from './host-ended.ts';
import type { HostPool } from './host-pool.ts';
import type { HostProcess } from './host-process.ts';
import { endsMax, LeftOutPlugins, hostLoadTimeoutMs } from './left-out-plugins.ts';
import type { SeenComponent } from '../changed-files/read-component.ts';
import type { Report } from '../report.ts';

/** A plugin that an event may call, as it was loaded. */
export interface KeptPlugin extends LoadedPlugin {
  /** What there is to say of it beside: that the last good version runs, and why. */
  readonly note?: string;
  /** Whether that is because somebody else could have written what stands there now. */
  readonly isRefused?: boolean;
}

/** A host with the plugins of a directory loaded. */
export interface KeptHost {
  readonly host: HostProcess;
  readonly plugins: ReadonlyMap<string, KeptPlugin>;
}

/** The plugins that a host was to load, and the files by which it is known whether that would be the same today. */
interface Attempt extends KeptHost {
  readonly plan: string;
  readonly files: FileIdentities;
  /** Those that were not even tried. */
  readonly leftOut: readonly string[];
}

/**
 * Keeps the plugins of a component loaded in a host, and replaces the host when anything of them has changed.
 *
 * No file is imported twice into one process: each change means a new host. If a plugin that worked does not load in
 * there, the old host goes on as long as it lives. After that, and in the next daemon, the version that was kept on disk goes
 * on, in a host of its own kind: one in which nothing was loaded by halves.
 */
export class PluginKeeper {
  readonly #pool: HostPool;
  readonly #report: Report;
  #preparing: Promise<unknown> = Promise.resolve();
  #current: Attempt | undefined;
  /** What was tried in vain to replace the current one, while nothing of it changes. */
  #rejected: Attempt | undefined;
  readonly #leftOut: LeftOutPlugins;

  constructor(pool: HostPool, report: Report) {
    this.#pool = pool;
    this.#report = report;
    this.#leftOut = new LeftOutPlugins(pool, report);
  }

  /**
   * A host in which the entries of a component are loaded as they were seen just now; undefined if there are none. Takes
   * milliseconds, but up to `loadTimeoutMs` for each plugin that does not load.
   *
   * @throws HostEnded if no host can be started.
   */
  prepare(seen: SeenComponent): Promise<KeptHost | undefined> {
    // An event that ran out of time may have left it at work.
    const prepared = this.#preparing.then(() => this.#prepare(seen));
    this.#preparing = prepared.catch(() => undefined);
    return prepared;
  }

  async #prepare({ entries, files }: SeenComponent): Promise<KeptHost | undefined> {
    const wanted = entries.filter(({ kind, disabled }) => kind === 'plugin' && disabled === undefined);
    this.#leftOut.review(wanted);
    if (wanted.length === 0) {
      this.#replace(undefined);
      return undefined;
    }
    const plan = planOf(wanted);
    const current = this.#usable();
    if (current !== undefined && this.#isAsWanted(current, plan, files)) return this.#withTimes(current);
    if (current !== undefined && this.#rejected !== undefined && this.#isSame(this.#rejected, plan, files))
      return this.#withTimes(current);
    return this.#withTimes(await this.#renew(wanted, plan, current));
  }

  /** Ends the host in use. */
  stop(): void {
    this.#leftOut.stop();
    this.#current?.host.kill();
    this.#rejected?.host.kill();
  }

  #usable(): Attempt | undefined {
    const current = this.#current;
    return current?.host.isAlive === true && current.host.retired === undefined ? current : undefined;
  }

  #isAsWanted(current: Attempt, plan: string, seen: FileIdentities): boolean {
    if (!this.#isSame(current, plan, seen)) return false;
    this.#rejected = undefined; // What was changed has been changed back.
    return true;
  }

  /** Whether it would be the same today. */
  #isSame({ plan, files, leftOut }: Attempt, wantedPlan: string, seen: FileIdentities): boolean {
    return (
      plan === wantedPlan &&
      leftOut.every((name) => this.#leftOut.filesOf(name) !== undefined) &&
      !isChanged(files, seen)
    );
  }

  /** When those that are left out are tried again changes with each try. */
  #withTimes(attempt: Attempt): KeptHost {
    if (attempt.leftOut.length === 0) return attempt;
    const plugins = new Map(attempt.plugins);
    for (const name of attempt.leftOut) {
      const plugin = plugins.get(name);
      const again = this.#leftOut.againOf(name);
      if (plugin !== undefined && again !== '')
        plugins.set(name, { ...plugin, message: `${plugin.message}; ${again}` });
    }
    return { ...attempt, plugins };
  }

  async #renew(wanted: readonly Entry[], plan: string, current: Attempt | undefined): Promise<Attempt> {
    const fresh = await this.#load(wanted, plan);
    const worse =
      current === undefined ? [] : [...fresh.plugins.values()].filter((plugin) => isWorse(plugin, current));
    if (current === undefined || worse.length === 0) {
      const best = await this.#withKept(wanted, fresh);
      this.#tell(best);
      this.#replace(best);
      return best;
    }
    fresh.host.kill('it is not needed', 'INFO');
    this.#rejected = fresh;
    this.#current = await this.#goOn(current, wanted, fresh);
    return this.#current;
  }

  /** The same with the versions that were kept of what does not load, where there are such. */
  async #withKept(wanted: readonly Entry[], fresh: Attempt): Promise<Attempt> {
    const names = wanted.map(({ name }) => name).filter((name) => fresh.plugins.get(name)?.kept === 'there');
    if (names.length === 0) return fresh;
    const again = await this.#load(wanted, fresh.plan, new Set(names));
    fresh.host.kill('another took its place', 'INFO');
    const plugins = new Map(again.plugins);
    for (const name of names) {
      const now = fresh.plugins.get(name);
      const kept = plugins.get(name);
      if (now !== undefined && kept !== undefined)
        plugins.set(name, kept.outcome === 'loaded' ? this.#instead(now, kept) : now);
    }
    // What does not load now may do so when one of its files changes, which only the first host has read.
    return { ...again, plugins, files: new Map([...again.files, ...fresh.files]) };
  }

  /** The old host with what is new beside: its plugins run on in the version that loaded last. */
  async #goOn(current: Attempt, wanted: readonly Entry[], fresh: Attempt): Promise<Attempt> {
    const plugins = new Map(current.plugins);
    // What does not load in a fresh host must not be tried in the one that has to go on.
    for (const plugin of fresh.plugins.values())
      if (plugin.outcome !== 'loaded') plugins.set(plugin.name, this.#lastGood(plugin, current) ?? plugin);
    for (const { name, path } of wanted)
      if (!plugins.has(name)) plugins.set(name, await current.host.load(name, path, hostLoadTimeoutMs));
    const leftOut = fresh.leftOut.filter((name) => plugins.get(name)?.outcome !== 'loaded');
    return { ...current, plugins, leftOut };
  }

  /** The version of a plugin that goes on, if one does. */
  #lastGood(plugin: KeptPlugin, current: Attempt): KeptPlugin | undefined {
    const last = current.plugins.get(plugin.name);
    if (last === undefined || !isWorse(plugin, current)) return undefined;
    return this.#instead(plugin, last);
  }

  /** The last good version in the place of the one that is there now. */
  #instead({ name, message, outcome }: KeptPlugin, last: KeptPlugin): KeptPlugin {
    const isRefused = outcome === 'refused';
    const what = isRefused ? 'is refused' : 'does not load';
    const note = `WARNING: ${name} ${what}, its last good version goes on: ${message}`;
    this.#report(note);
    return { ...last, note, isRefused };
  }

  /**
   * Loads all in a fresh host, those of these names in the version that was kept; one that ends its host while it is loaded is
   * left out of the next.
   */
  async #load(
    wanted: readonly Entry[],
    plan: string,
    asKept: ReadonlySet<string> = new Set(),
  ): Promise<Attempt> {
    // A version that was kept and ends its host is not asked for again: it would take the others' events down.
    const kept = new Set(asKept);
    for (let attempt = 0; ; attempt += 1) {
      const host = await this.#pool.take();
      const loaded = await this.#loadInto(host, wanted, kept);
      if (loaded !== undefined)
        return { host, plan, ...loaded, files: this.#filesOf(host, wanted, loaded.plugins) };
      if (attempt > wanted.length * endsMax)
        throw new HostEnded('it ended again and again while plugins were loaded');
    }
  }

  /** Undefined if that has ended the host. */
  async #loadInto(
    host: HostProcess,
    wanted: readonly Entry[],
    asKept: Set<string>,
  ): Promise<Pick<Attempt, 'plugins' | 'leftOut'> | undefined> {
    const plugins = new Map<string, KeptPlugin>();
    const leftOut: string[] = [];
    for (const { name, path } of wanted) {
      const message = this.#leftOut.messageOf(name);
      if (message !== undefined) leftOut.push(name);
      if (message !== undefined && !asKept.has(name)) {
        // Whether a version of it is kept is for a host to say, when it is asked for that.
        plugins.set(name, { name, outcome: 'failed', message, kept: 'there', events: [] });
        continue;
      }
      const before = new Set(host.files.keys());
      const beganMs = performance.now();
      try {
        const version = asKept.has(name) ? 'kept' : 'now';
        plugins.set(name, withNote(await host.load(name, path, hostLoadTimeoutMs, version)));
        if (message === undefined) this.#leftOut.noteLoaded(name);
      } catch (why) {
        if (!(why instanceof HostEnded)) throw why;
        asKept.delete(name);
        const files = withWays(path, new Map([...host.files].filter(([file]) => !before.has(file))));
        this.#leftOut.noteEnd({ name, path, files, why, tookMs: performance.now() - beganMs });
        return undefined;
      }
    }
    return { plugins, leftOut };
  }

  /** All files that plugins were loaded from, and the entries themselves, which may be links that come to lead elsewhere. */
  #filesOf(
    host: HostProcess,
    wanted: readonly Entry[],
    plugins: ReadonlyMap<string, KeptPlugin>,
  ): FileIdentities {
    const files = new Map([...identitiesOf(wanted.map(({ path }) => path)), ...host.files]);
    for (const { name, path } of wanted) {
      if (plugins.get(name)?.outcome === 'loaded') continue;
      for (const [file, identity] of this.#leftOut.filesOf(name) ?? withWays(path, new Map()))
        files.set(file, identity);
    }
    return files;
  }

  /** Says of each plugin that does not load why, once, and what else there is to say. */
  #tell({ plugins }: KeptHost): void {
    for (const { name, outcome, message } of plugins.values())
      if (outcome !== 'loaded') this.#report(`ERROR: ${name}: ${message}`);
      else if (message !== '') this.#report(message);
  }

  #replace(next: Attempt | undefined): void {
    this.#current?.host.kill('another took its place', 'INFO');
    this.#current = next;
    this.#rejected = undefined;
  }
}

/** An entry that is wrong though its plugin is right is shown by `monitor`, too. */
const withNote = (plugin: LoadedPlugin): KeptPlugin =>
  plugin.outcome === 'loaded' && plugin.message.startsWith('ERROR')
    ? { ...plugin, note: plugin.message }
    : plugin;

/** What an operator gave up must not go on. */
const isWorse = ({ name, outcome, kept }: KeptPlugin, current: KeptHost): boolean =>
  outcome !== 'loaded' && kept !== 'given up' && current.plugins.get(name)?.outcome === 'loaded';

const planOf = (entries: readonly Entry[]): string =>
  entries.map(({ name, path }) => `${name}\0${path}`).join('\0');
