import type { Entry } from '../../event-directory/entry.ts';
import type { PluginInForce } from '../../eventd-protocol/about.ts';
import type { LoadedPlugin } from '../../plugin-host/messages.ts';
import {
  changedAmong,
  type FileIdentities,
  identitiesOf,
  isChanged,
  withWays,
} from '../changed-files/file-identities.ts';
import { HostEnded } from './host-ended.ts';
import type { HostPool } from './host-pool.ts';
import type { HostProcess } from './host-process.ts';
import { endsMax, LeftOutPlugins, hostLoadTimeoutMs } from './left-out-plugins.ts';
import type { SeenComponent } from '../changed-files/read-component.ts';
import type { Report } from '../report.ts';

/** A plugin that an event may call, as it was loaded. */
export interface KeptPlugin extends LoadedPlugin {
  /** A note for people: the last good version runs, and why. */
  readonly note?: string;
  /** Whether the reason is that somebody else could have written the file that is there now. */
  readonly isRefused?: boolean;
}

/** A host with the plugins of a directory loaded. */
export interface KeptHost {
  readonly host: HostProcess;
  readonly plugins: ReadonlyMap<string, KeptPlugin>;
}

/** The plugins that a host was to load, and the files that show whether a new load would have the same result. */
interface Attempt extends KeptHost {
  readonly plan: string;
  readonly files: FileIdentities;
  /** The plugins that were not tried. */
  readonly leftOut: readonly string[];
}

/**
 * Keeps the plugins of a component loaded in a host, and replaces the host when any of their files has changed.
 *
 * No file is imported twice into one process, so each change needs a new host. If a plugin that worked does not load there,
 * the old host goes on as long as it lives. After that, and in the next daemon, the version that was kept on disk takes
 * over. It gets a new host, in which no plugin has been loaded in part.
 */
export class PluginsInForce {
  readonly #pool: HostPool;
  readonly #report: Report;
  #preparing: Promise<unknown> = Promise.resolve();
  #current: Attempt | undefined;
  /** The last attempt that was to replace the current host and failed. It counts as long as none of its files changes. */
  #rejected: Attempt | undefined;
  readonly #leftOut: LeftOutPlugins;

  constructor(pool: HostPool, report: Report) {
    this.#pool = pool;
    this.#report = report;
    this.#leftOut = new LeftOutPlugins(pool, report);
  }

  /**
   * A host in which the entries of a component are loaded as they were just seen. Undefined if there are none. This takes
   * milliseconds, but up to `hostLoadTimeoutMs` for each plugin that does not load.
   *
   * @throws HostEnded if no host can be started.
   */
  prepare(seen: SeenComponent): Promise<KeptHost | undefined> {
    // The call of an event that timed out may still be at work.
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

  /** The plugins that it knows; undefined before any was loaded. */
  get plugins(): readonly PluginInForce[] | undefined {
    if (this.#current === undefined) return undefined;
    return [...this.#withTimes(this.#current).plugins.values()].map(({ name, outcome, message, note }) => ({
      name,
      trouble: note ?? (outcome === 'loaded' ? undefined : `ERROR: ${name}: ${message}`),
    }));
  }

  /** Ends the host in use. */
  stop(): void {
    this.#leftOut.stop();
    for (const kept of [this.#current, this.#rejected]) kept?.host.kill('the event daemon ends', 'INFO');
  }

  #usable(): Attempt | undefined {
    const current = this.#current;
    return current?.host.isAlive === true && current.host.retired === undefined ? current : undefined;
  }

  #isAsWanted(current: Attempt, plan: string, seen: FileIdentities): boolean {
    if (!this.#isSame(current, plan, seen)) return false;
    this.#rejected = undefined; // The change has been undone.
    return true;
  }

  /** Whether the same attempt would have the same result now. */
  #isSame({ plan, files, leftOut }: Attempt, wantedPlan: string, seen: FileIdentities): boolean {
    return (
      plan === wantedPlan &&
      leftOut.every((name) => this.#leftOut.filesOf(name) !== undefined) &&
      !isChanged(files, seen)
    );
  }

  /** Adds when the plugins that are left out are tried again; this changes with each try. */
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
    if (current !== undefined) this.#tellWhy(current, plan);
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

  /** Loads the same plugins again, with the kept version of those that do not load, where there is one. */
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
    // A plugin that does not load now may do so when one of its files changes. Only the first host has read these files.
    return { ...again, plugins, files: new Map([...again.files, ...fresh.files]) };
  }

  /** Goes on with the old host, and loads new plugins into it. The other plugins go on in the version that loaded last. */
  async #goOn(current: Attempt, wanted: readonly Entry[], fresh: Attempt): Promise<Attempt> {
    const plugins = new Map(current.plugins);
    // A plugin that does not load in a fresh host must not be tried in the host that has to go on.
    for (const plugin of fresh.plugins.values())
      if (plugin.outcome !== 'loaded') plugins.set(plugin.name, this.#lastGood(plugin, current) ?? plugin);
    for (const { name, path } of wanted)
      if (!plugins.has(name)) plugins.set(name, await current.host.load(name, path, hostLoadTimeoutMs));
    const leftOut = fresh.leftOut.filter((name) => plugins.get(name)?.outcome !== 'loaded');
    return { ...current, plugins, leftOut };
  }

  /** The last good version of a plugin, if it goes on. */
  #lastGood(plugin: KeptPlugin, current: Attempt): KeptPlugin | undefined {
    const last = current.plugins.get(plugin.name);
    if (last === undefined || !isWorse(plugin, current)) return undefined;
    return this.#instead(plugin, last);
  }

  /** The last good version, in place of the one that is there now. */
  #instead({ name, message, outcome }: KeptPlugin, last: KeptPlugin): KeptPlugin {
    const isRefused = outcome === 'refused';
    const what = isRefused ? 'is refused' : 'does not load';
    const note = `WARNING: ${name} ${what}, its last good version goes on: ${message}`;
    this.#report(note);
    return { ...last, note, isRefused };
  }

  /**
   * Loads all plugins in a fresh host; those in `asKept` in the kept version. A plugin that ends its host at load is left
   * out of the next one.
   */
  async #load(
    wanted: readonly Entry[],
    plan: string,
    asKept: ReadonlySet<string> = new Set(),
  ): Promise<Attempt> {
    // A kept version that ends its host is not asked for again: it would fail the events of the others.
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

  /** Loads all plugins into this host. Undefined if that has ended the host. */
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
        // Only a host can say whether a version is kept, when it is asked to load that.
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

  /** All files from which plugins were loaded, and the entries themselves: these may be links, whose targets can change. */
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

  /** Reports why plugins are loaded anew. */
  #tellWhy(current: Attempt, plan: string): void {
    const changed = changedAmong(current.files);
    const named = changed.slice(0, namedMax).join(', ');
    const more = changed.length > namedMax ? ` and ${changed.length - namedMax} more` : '';
    const why =
      changed.length === 0 || plan !== current.plan
        ? 'other plugins are enabled'
        : `changed: ${named}${more}`;
    this.#report(`plugins are loaded anew, ${why}`, 'NOTICE');
  }

  /** Reports once why each plugin does not load, and everything else that there is to say. */
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

/** Most changed files that are named. */
const namedMax = 3;

/** If the entry is wrong although its plugin works, `monitor` shows that too. */
const withNote = (plugin: LoadedPlugin): KeptPlugin =>
  plugin.outcome === 'loaded' && plugin.message.startsWith('ERROR')
    ? { ...plugin, note: plugin.message }
    : plugin;

/**
 * Whether a plugin worked before and does not load now. If the operator gave its kept version up, the old version must not
 * go on.
 */
const isWorse = ({ name, outcome, kept }: KeptPlugin, current: KeptHost): boolean =>
  outcome !== 'loaded' && kept !== 'given up' && current.plugins.get(name)?.outcome === 'loaded';

const planOf = (entries: readonly Entry[]): string =>
  entries.map(({ name, path }) => `${name}\0${path}`).join('\0');
