import { ctdbdIdentity } from '../../ctdb-installation/ctdbd-identity.ts';
import { ctdbPaths } from '../../ctdb-installation/paths.ts';
import { readPublicAddresses } from '../../ctdb-config/public-addresses.ts';
import { ArgumentsError, parseArguments } from '../../events/arguments.ts';
import type { PublicAddress } from '../../events/address.ts';
import { heldAddresses, type HeldAddress } from '../../ledger/held.ts';
import { isAmong } from '../../ledger/is-among.ts';
import { ledgerPath } from '../../ledger/ledger-path.ts';
import { Ledger, type LedgerOptions, type PendingChanges } from '../../ledger/ledger.ts';
import type { PluginState } from '../../ledger/state-as-json.ts';
import { LedgerUnavailable } from '../../ledger/unavailable.ts';
import type { RaisedEvent } from '../outcome.ts';

/** Where the ledger keeps what was learnt since ctdbd started, among the states of plugins: no plugin has a name without NN. */
const ctdbdRow = 'ctdbd';

/** Where `LedgerAccess` reports what it cannot do. */
export type TellProblem = (message: string) => void;

/** The component of the ledger, and how the kernel is asked. */
export interface LedgerAccessOptions {
  /** The component that the events are of. */
  readonly component?: string;
  /** All addresses of the node, or undefined if `ip` is to be asked. */
  readonly listAddresses?: () => Promise<readonly HeldAddress[] | undefined>;
  /** Opens the ledger that is at this path, where it is not the file itself. */
  readonly openLedger?: (path: string, options: LedgerOptions) => Ledger;
  /** Reads the public_addresses file, where it is not below this node's CTDB_BASE. */
  readonly readPublicAddresses?: typeof readPublicAddresses;
  /** An event that is noted as `noteRaised` does it, when the ledger is first opened. */
  readonly raised?: RaisedEvent;
}

/**
 * What the runner knows of addresses: what the ledger says, and what the kernel says is held.
 *
 * Everything is opened and asked when it is first needed, since most events need none of it. A ledger that cannot be
 * used fails no event, for ctdbd must still be able to move addresses: it is reported, and plugins are told of every
 * address held. Acting once too often is a nuisance, once too rarely an outage.
 */
export class LedgerAccess {
  readonly #base: string;
  readonly #path: string;
  readonly #ctdbdPidFile: string;
  readonly #report: TellProblem;
  readonly #listAddresses: LedgerAccessOptions['listAddresses'];
  readonly #openLedger: NonNullable<LedgerAccessOptions['openLedger']>;
  readonly #raised: RaisedEvent | undefined;
  readonly #readPublicAddresses: typeof readPublicAddresses;
  #ledger: Ledger | undefined;
  #isUnavailable = false;
  #asked: Promise<readonly HeldAddress[] | undefined> | undefined;

  constructor(environment: NodeJS.ProcessEnv, report: TellProblem, options: LedgerAccessOptions = {}) {
    const { component = 'legacy', listAddresses, openLedger = Ledger.open, raised } = options;
    this.#readPublicAddresses = options.readPublicAddresses ?? readPublicAddresses;
    this.#openLedger = openLedger;
    this.#raised = raised;
    this.#listAddresses = listAddresses;
    const paths = ctdbPaths(environment);
    this.#base = paths.base;
    this.#path = ledgerPath(paths, component);
    this.#ctdbdPidFile = paths.ctdbdPidFile;
    this.#report = report;
  }

  /** Forgets what was asked for an earlier event: the kernel is asked anew, and so is a ledger that could not be used. */
  beginEvent(): void {
    this.#asked = undefined;
    this.#isUnavailable = false;
  }

  /**
   * Makes the ledger say what the kernel says, after an event of which nobody knows how far it came. Answers the addresses
   * that it had to correct.
   */
  async reconcile(): Promise<readonly string[]> {
    const held = await this.#askKernel();
    if (held === undefined) return [];
    return this.#use((ledger) => {
      const before = new Set(ledger.held().map(keyOf));
      ledger.reconcile(held);
      const after = new Set(ledger.held().map(keyOf));
      return [...before.symmetricDifference(after)];
    }, []);
  }

  /**
   * Notes that ctdbd raised the event, before any entry runs: whether or not they succeed, things may have changed.
   *
   * At `init` everything is forgotten, since ctdbd starts anew; in a process for one plugin, what is known of that
   * one, for the others may have begun to remember already.
   */
  noteRaised({ name, argv }: RaisedEvent, plugin?: string): void {
    const note = name === 'init' && plugin !== undefined ? forget(plugin) : noteOf(name, argv);
    if (note !== undefined) this.#use(note, undefined);
    if (name === 'init' || name === 'ipreallocated') this.#noteCtdbd();
  }

  /**
   * Notes that an event of an address failed, after all entries have run: the ledger gets the kernel's word on that address. It
   * stays as it is where the kernel cannot be asked.
   */
  async noteFailed({ name, argv }: RaisedEvent): Promise<void> {
    const ip = ipOf(name, argv);
    if (ip === undefined) return;
    const held = await this.#list((each) => each === ip);
    if (held === undefined) return;
    this.#use((ledger) => {
      ledger.reconcile([...ledger.held().filter((address) => address.ip !== ip), ...held]);
    }, undefined);
  }

  /** Notes several events at once, before any of them runs, or none of them; answers whether it did. */
  noteAllRaised(events: readonly RaisedEvent[]): boolean {
    const notes = events.flatMap(({ name, argv }) => noteOf(name, argv) ?? []);
    return this.#use((ledger) => {
      ledger.together(() => {
        for (const note of notes) note(ledger);
      });
      return true;
    }, false);
  }

  /**
   * Notes that ctdbd raised `init`, as `noteRaised` does, after which no address is held. What the ledger had and the kernel
   * has otherwise is reported: an earlier ctdbd ended without a shutdown. After `shutdown` it did not: that took off
   * what is gone.
   */
  async noteInit(plugin?: string): Promise<void> {
    const before = this.#use((ledger) => (wasShutDown(ledger) ? [] : ledger.held()), []);
    this.noteRaised({ name: 'init', argv: [] }, plugin);
    this.#use((ledger) => {
      ledger.reconcile([]);
    }, undefined);
    if (before.length === 0) return;
    const held = (await this.#ask(before.map(({ ip }) => ip))) ?? before;
    for (const address of before)
      if (!isAmong(address, held))
        this.#report(`the ledger of before init was wrong about ${keyOf(address)}: it is not there`);
  }

  /**
   * What the ledger and the kernel each say now of the public addresses, and of these others: undefined where one cannot be
   * used, which is reported.
   */
  async findWords(others: readonly string[]): Promise<{
    readonly ledger: readonly PublicAddress[] | undefined;
    readonly kernel: readonly HeldAddress[] | undefined;
  }> {
    this.beginEvent();
    const ledger = this.#use<readonly PublicAddress[] | undefined>((known) => known.held(), undefined);
    return { ledger, kernel: await this.#ask(others) };
  }

  /**
   * Whether the ledger was kept since the ctdbd that runs started: a plugin heard of its `init` or of an `ipreallocated`.
   * Where no ctdbd runs it stays what it was.
   */
  isKept(): boolean {
    const ctdbd = ctdbdIdentity(this.#ctdbdPidFile);
    return ctdbd === undefined || this.#use((ledger) => ledger.readState(ctdbdRow)['ctdbd'] === ctdbd, false);
  }

  #noteCtdbd(): void {
    const ctdbd = ctdbdIdentity(this.#ctdbdPidFile);
    if (ctdbd === undefined) return;
    this.#use((ledger) => {
      const known = ledger.readState(ctdbdRow);
      if (known['ctdbd'] !== ctdbd) ledger.writeState(ctdbdRow, { ...known, ctdbd });
    }, undefined);
  }

  /** Whether this ctdbd raises no `ipreallocated`, so that address changes end with `recovered`: none was ever seen. */
  settlesAtRecovered(): boolean {
    return this.#use((ledger) => ledger.readState(ctdbdRow)['ipreallocated'] !== true, false);
  }

  /** The public addresses that are on the node. */
  async held(): Promise<readonly PublicAddress[]> {
    return (await this.#askKernel()) ?? this.#use((ledger) => ledger.held(), []);
  }

  /** What the plugin has to act on at `ipreallocated` or `recovered`. */
  async pendingFor(plugin: string): Promise<PendingChanges> {
    const held = await this.#askKernel();
    const changesFor = (ledger: Ledger) => {
      if (held !== undefined) ledger.reconcile(held);
      return ledger.tell(plugin);
    };
    return this.#use(changesFor, undefined) ?? allTaken(held ?? []);
  }

  /** Whether this has not been said of the network since init; from now on it has. */
  isNewsOfNetwork(why: string): boolean {
    return this.#use((ledger) => {
      const known = ledger.readState(ctdbdRow);
      if (known['network'] === why) return false;
      ledger.writeState(ctdbdRow, { ...known, network: why });
      return true;
    }, false);
  }

  /** What the plugin remembers. */
  readState(plugin: string): PluginState {
    return this.#use((ledger) => ledger.readState(plugin), {});
  }

  /** Replaces what the plugin remembers. */
  writeState(plugin: string, state: PluginState): void {
    this.#use((ledger) => {
      ledger.writeState(plugin, state);
    }, undefined);
  }

  /** Forgets what is kept for plugins other than these. */
  keepOnly(plugins: readonly string[]): void {
    this.#use((ledger) => {
      ledger.keepOnly([ctdbdRow, ...plugins]);
    }, undefined);
  }

  /** Asks the kernel once for each event: an event is short, so the answer holds for all of it. */
  #askKernel(): Promise<readonly HeldAddress[] | undefined> {
    this.#asked ??= this.#ask();
    return this.#asked;
  }

  async #ask(others: readonly string[] = []): Promise<readonly HeldAddress[] | undefined> {
    return this.#list(await this.#isPublic(others));
  }

  async #list(isAsked: (ip: string) => boolean): Promise<readonly HeldAddress[] | undefined> {
    const listed = await this.#listAddresses?.();
    return listed === undefined
      ? heldAddresses(isAsked, this.#report)
      : listed.filter(({ ip }) => isAsked(ip));
  }

  /** An address is public if CTDB's file lists it, or if ctdbd raised an event for it before the file was changed. */
  async #isPublic(others: readonly string[]): Promise<(ip: string) => boolean> {
    const listed = await this.#readPublicAddresses(this.#base).catch((error: unknown) => {
      this.#report(error instanceof Error ? error.message : String(error));
      return undefined;
    });
    const noted = this.#use((ledger) => ledger.held(), []);
    const ips = new Set([...[...(listed?.addresses ?? []), ...noted].map(({ ip }) => ip), ...others]);
    return (ip) => ips.has(ip);
  }

  #opened(): Ledger {
    const ledger = this.#openLedger(this.#path, { report: this.#report });
    if (this.#raised !== undefined) noteOf(this.#raised.name, this.#raised.argv)?.(ledger);
    return ledger;
  }

  #use<T>(work: (ledger: Ledger) => T, otherwise: T): T {
    if (this.#isUnavailable) return otherwise;
    try {
      this.#ledger ??= this.#opened();
      return work(this.#ledger);
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
      this.#isUnavailable = true; // Each try might wait for a lock as long as this one.
      this.#report(`WARNING: ${error.message}`);
      return otherwise;
    }
  }
}

const keyOf = ({ ip, maskBits, iface }: PublicAddress): string => `${ip}/${maskBits} on ${iface}`;

/** What the ledger must note of an event, if anything. Arguments that are wrong change nothing. */
function noteOf(name: string, argv: readonly string[]): ((ledger: Ledger) => void) | undefined {
  try {
    switch (name) {
      case 'init':
        return (ledger) => {
          ledger.clear();
        };
      case 'takeip': {
        const address = parseArguments('takeip', argv);
        return (ledger) => {
          ledger.noteTaken(address);
        };
      }
      case 'releaseip': {
        const { ip } = parseArguments('releaseip', argv);
        return (ledger) => {
          ledger.noteReleased(ip);
        };
      }
      case 'updateip': {
        const move = parseArguments('updateip', argv);
        return (ledger) => {
          ledger.noteMoved(move);
        };
      }
      case 'ipreallocated':
        return noteIpreallocated;
      case 'shutdown':
        return noteShutdown;
      default:
        return undefined;
    }
  } catch (error) {
    if (error instanceof ArgumentsError) return undefined;
    throw error;
  }
}

/** The address of an event, if it is one of an address and names one. */
function ipOf(name: string, argv: readonly string[]): string | undefined {
  if (name !== 'takeip' && name !== 'releaseip' && name !== 'updateip') return undefined;
  try {
    return parseArguments(name, argv).ip;
  } catch (error) {
    if (error instanceof ArgumentsError) return undefined;
    throw error;
  }
}

const forget =
  (plugin: string) =>
  (ledger: Ledger): void => {
    ledger.forget([plugin, ctdbdRow]);
  };

function noteIpreallocated(ledger: Ledger): void {
  const { shutdown, ...known } = ledger.readState(ctdbdRow); // A ctdbd that goes on has not ended.
  if (known['ipreallocated'] !== true || shutdown !== undefined)
    ledger.writeState(ctdbdRow, { ...known, ipreallocated: true });
}

/** Addresses stay noted as held: the kernel tells at the next `init` what `shutdown` has left. */
function noteShutdown(ledger: Ledger): void {
  if (!wasShutDown(ledger)) ledger.writeState(ctdbdRow, { ...ledger.readState(ctdbdRow), shutdown: true });
}

const wasShutDown = (ledger: Ledger): boolean => ledger.readState(ctdbdRow)['shutdown'] === true;

const allTaken = (held: readonly PublicAddress[]): PendingChanges => ({
  changes: { taken: held, released: [], moved: [], retaken: [], any: held.length > 0 },
  acknowledge: () => undefined,
});
