import type { AddressMove, PublicAddress } from '../events/address.ts';
import type { AddressChanges } from '../events/changes.ts';
import { beforeAll, differenceSince } from './difference.ts';
import type { HeldAddress } from './held.ts';
import { hold, openHolds, prune, reconcile, release } from './holds.ts';
import { LedgerCopy } from './ledger-copy.ts';
import { LedgerFile, type LedgerRows, type Sql } from './ledger-file.ts';
import { decodeState, encodeState, type PluginState } from './state-as-json.ts';
import { acknowledge, type Moment, momentNow, noteTold, positionOf } from './position.ts';

/** Where the ledger reports what an administrator should know. */
export interface LedgerOptions {
  /** Called with one line: what happened to which file, why, and what was done. */
  readonly report: (message: string) => void;
}

/** What a plugin has to act on, and how it says that it did. */
export interface PendingChanges {
  readonly changes: AddressChanges;
  /** The plugin has acted on exactly these changes: it is not told of them again. */
  readonly acknowledge: () => void;
}

/**
 * Who still has to act on which address change.
 *
 * Several processes share its one file. When a process is killed, everything is kept for which a method had returned.
 * Every method may be repeated without harm, and throws `LedgerUnavailable` if the file cannot be used, or its
 * subclass `LedgerBusy` if another process had it locked for too long.
 */
export class Ledger {
  readonly #file: LedgerRows;

  private constructor(file: LedgerRows) {
    this.#file = file;
  }

  /** Opens the ledger, or makes it and its directory. A file that is not usable is set aside and reported. */
  static open(this: void, path: string, { report }: LedgerOptions): Ledger {
    return new Ledger(new LedgerFile(path, report));
  }

  /** A copy of the ledger in memory, as it is now: an empty one if there is none, or none that is usable. Nothing is written to disk. */
  static copy(this: void, path: string, { report }: LedgerOptions): Ledger {
    return new Ledger(new LedgerCopy(path, report));
  }

  /** Writes everything that `work` notes in one commit: a commit takes longer than all the rest. `work` may be called again. */
  together(work: () => void): void {
    this.#file.together(work);
  }

  /** ctdbd raises takeip: the address is held there from now on. */
  noteTaken(address: PublicAddress): void {
    this.#file.write((sql) => {
      hold(sql, address);
    });
  }

  /** ctdbd raises releaseip: the address is not held from now on. */
  noteReleased(ip: string): void {
    this.#file.write((sql) => {
      release(sql, ip);
    });
  }

  /** ctdbd raises updateip: the address is held on the new interface; taken there if it was not held. */
  noteMoved({ newIface, ip, maskBits }: AddressMove): void {
    this.#file.write((sql) => {
      hold(sql, { iface: newIface, ip, maskBits });
    });
  }

  /** The kernel says that these are all public addresses on the node. The ledger is changed where it differs. */
  reconcile(held: readonly HeldAddress[]): void {
    this.#file.write((sql) => {
      reconcile(sql, held);
    });
  }

  /** The public addresses that are held, by what was noted and reconciled. */
  held(): readonly PublicAddress[] {
    return this.#file.read((sql) => openHolds(sql));
  }

  /** The difference between the addresses that are held and those that the plugin last acknowledged; a new plugin is told all. */
  changesFor(plugin: string): PendingChanges {
    const seen = this.#file.read((sql) => seenNow(sql, plugin));
    return this.#pending(plugin, seen);
  }

  /**
   * The same, for a plugin that is going to act on it: what it is told of and does not acknowledge, it may have acted on all the same. It
   * is told of the release of such an address, too.
   */
  tell(plugin: string): PendingChanges {
    const pending = this.changesFor(plugin);
    if (pending.changes.taken.length === 0) return pending;
    const seen = this.#file.write((sql) => {
      const told = seenNow(sql, plugin); // What is noted now may take the place of what was told before.
      noteTold(sql, plugin, told.moment.seq);
      return told;
    });
    return this.#pending(plugin, seen);
  }

  /** What the plugin remembers; empty if nothing. */
  readState(plugin: string): PluginState {
    return this.#file.read((sql) => {
      const row = sql('SELECT json FROM state WHERE plugin = ?').get(plugin);
      return row === undefined ? {} : decodeState(plugin, String(row['json']));
    });
  }

  /** Replaces what the plugin remembers. Throws `PluginStateError` for what cannot be kept. */
  writeState(plugin: string, state: PluginState): void {
    const json = encodeState(plugin, state);
    this.#file.write((sql) => {
      sql('INSERT INTO state VALUES (?, ?) ON CONFLICT DO UPDATE SET json = excluded.json').run(plugin, json);
    });
  }

  /** ctdbd starts anew: forgets addresses, positions and states, and what is acknowledged from before. */
  clear(): void {
    this.#file.write((sql) => {
      for (const table of ['hold', 'position', 'state']) sql(`DELETE FROM ${table}`).run();
      sql('UPDATE clock SET life = hex(randomblob(16)), seq = seq + 1').run();
    });
  }

  /** Forgets the positions and states of these plugins: they have not been seen. */
  forget(plugins: readonly string[]): void {
    this.#deletePlugins('IN', plugins);
  }

  /** Forgets the positions and states of all plugins but these: the others are gone. */
  keepOnly(plugins: readonly string[]): void {
    this.#deletePlugins('NOT IN', plugins);
  }

  /** Closes the file; a later call opens it again. */
  close(): void {
    this.#file.close();
  }

  #pending(plugin: string, { changes, moment }: Seen): PendingChanges {
    return {
      changes,
      acknowledge: () => {
        this.#file.write((sql) => {
          acknowledge(sql, plugin, moment);
        });
      },
    };
  }

  #deletePlugins(which: 'IN' | 'NOT IN', plugins: readonly string[]): void {
    const names = JSON.stringify(plugins);
    this.#file.write((sql) => {
      for (const table of ['position', 'state']) {
        sql(`DELETE FROM ${table} WHERE ${nameInRow} ${which} (SELECT value FROM json_each(?))`).run(names);
      }
      prune(sql);
    });
  }
}

/** The plugin of a row, of whose name the rows of what it was told have more: `NN.name/seq`. */
const nameInRow = "substr(plugin, 1, instr(plugin || '/', '/') - 1)";

/** What a plugin has to act on, and the moment at which that is so. */
interface Seen {
  readonly changes: AddressChanges;
  readonly moment: Moment;
}

const seenNow = (sql: Sql, plugin: string): Seen => ({
  changes: differenceSince(sql, plugin, positionOf(sql, plugin) ?? beforeAll),
  moment: momentNow(sql),
});
