import type { Entry } from '../../event-directory/entry.ts';
import type { AddressChanges } from '../../events/changes.ts';
import type { Release } from '../../ctdb-installation/release.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { NetworkName } from '../../network/network.ts';
import type { TcpReset } from '../../network/tcp-reset.ts';
import { collectTcpResetPolicies } from '../../run/plugin/tcp-reset-policies.ts';
import type { Context } from '../../plugin-api/context.ts';
import type { AnyHandler, AnyPlugin } from '../../plugin-loading/check-definition.ts';
import type { ContextRequest } from '../../run/context/create-context.ts';
import { optionsInForce } from '../../run/options/options-in-force.ts';
import type { RaisedEvent } from '../../run/outcome.ts';
import { createPluginRunner, type PluginOutcome, type RunPlugin } from '../../run/plugin/plugin-runner.ts';
import { LedgerAccess } from '../../run/state/ledger-access.ts';
import { bytesOf } from '../../text/bytes-as-text.ts';
import type { Caller } from '../world/caller.ts';
import type { World } from '../world/world.ts';
import { EventBook } from './event-book.ts';
import { createNodeContext } from './node-context.ts';
import { fakeCtdbPaths, type NodeOptions } from './node-options.ts';
import { OwnProcess } from './own-process.ts';

/** What a process of a fake node has: all that outlives it. */
export interface NodeProcessSetting {
  readonly world: World;
  readonly plugins: ReadonlyMap<string, AnyPlugin>;
  readonly ledger: Ledger;
  readonly options: NodeOptions;
  readonly release: Release;
  /** Whether the test named the release: then plugins do what its scripts did. */
  readonly isReleaseNamed: boolean;
  readonly networkName: NetworkName;
  /** Gets what is reported beside events. */
  readonly report: (message: string) => void;
  /** Gives the handler another context in the place of its own: for a dry run. */
  readonly replaceContext?: (context: Context) => Context;
}

/** Where plugins are on a fake node. */
const eventDirectory = '/etc/ctdb/events/legacy';

/** The entry of a plugin in the event directory of a fake node. */
export const entryOf = (name: string): Entry => ({
  name,
  kind: 'plugin',
  path: `${eventDirectory}/${name}.ts`,
});

/**
 * The process in which the plugins of a fake node run, until it is killed or ended: the real runner over the fake world. What it
 * knows is gone with it; the ledger and the world stay.
 */
export class NodeProcess {
  readonly ledgerAccess: LedgerAccess;
  readonly #setting: NodeProcessSetting;
  readonly #runPlugin: RunPlugin;
  #isAlive = true;
  #book = new EventBook('none');

  constructor(setting: NodeProcessSetting) {
    this.#setting = setting;
    const { world, ledger, report } = setting;
    this.ledgerAccess = new LedgerAccess(nowhere, report, {
      openLedger: () => ledger,
      listAddresses: () => Promise.resolve(world.kernel.addresses),
      readPublicAddresses: () => Promise.resolve(world.ctdb.publicAddresses()),
    });
    this.#runPlugin = createPluginRunner({
      environment: nowhere,
      ledgerAccess: this.ledgerAccess,
      group: 'inherited',
      unclaimed: () => undefined,
      report,
      tcpReset: () => this.#tcpReset(),
      load: ({ name }) => Promise.resolve(this.#load(name)),
      makeContext: (request) => this.#makeContext(request),
      onLeft: (lines) => this.#book.left.set(this.#running, lines),
      clock: world.clock,
      ofProcess: new OwnProcess(
        () => this.#book.event,
        (refusal) => this.#book.refusals.push(refusal),
        (error, plugin) => {
          report(
            `${plugin}, after its handler had returned: ${error instanceof Error ? (error.stack ?? '') : String(error)}`,
          );
        },
      ),
      ...(setting.replaceContext !== undefined && { replaceContext: setting.replaceContext }),
    });
  }

  #running = '';

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Nothing of it goes on: what its plugins ask is never answered. */
  end(): void {
    this.#isAlive = false;
  }

  /** Runs a plugin at an event. */
  run(entry: Entry, event: RaisedEvent, signal: AbortSignal, book: EventBook): Promise<PluginOutcome> {
    this.#book = book;
    this.#running = entry.name;
    return this.#runPlugin({
      entry,
      event,
      deadline: Infinity, // The signal is aborted when the time is up by the node's own clock.
      stopDeadline: Infinity,
      signal,
      sink: () => undefined,
    });
  }

  /** Who asks something of the fake world. */
  callerFor(plugin: string, book: EventBook, parts: Pick<Caller, 'signal' | 'log' | 'show'>): Caller {
    return {
      plugin,
      event: book.event,
      ...parts,
      isAlive: () => this.#isAlive,
      die: () => {
        this.end();
        book.killed.resolve('killed');
      },
      did: (what) => book.did.push(what),
      refuse: (refusal) => book.refusals.push(refusal),
    };
  }

  #load(name: string): { readonly file: string; readonly plugin: AnyPlugin } {
    const plugin = this.#setting.plugins.get(name);
    if (plugin === undefined) throw new Error(`there is no plugin ${name} on this node`);
    return { file: entryOf(name).path, plugin: { ...plugin, handlers: this.#noting(name, plugin) } };
  }

  /** The same handlers. What they are told of address changes is noted. */
  #noting(name: string, { handlers }: AnyPlugin): AnyPlugin['handlers'] {
    const noting =
      (handler: AnyHandler): AnyHandler =>
      (event, context) => {
        const { changes } = event as { readonly changes?: AddressChanges };
        if (changes !== undefined) this.#book.told.set(name, changes);
        return handler(event, context);
      };
    return new Map([...handlers].map(([event, handler]) => [event, noting(handler)]));
  }

  async #makeContext(request: ContextRequest): Promise<Context> {
    const { world, options: source, release, isReleaseNamed, networkName } = this.#setting;
    const { name, event, plugin, output, signal } = request;
    const book = this.#book;
    const read = await optionsInForce({
      name,
      plugin,
      directory: eventDirectory,
      environment: nowhere,
      paths: fakeCtdbPaths,
      deadline: Infinity,
      signal,
      source,
      event: event.name,
      say: (problem) => {
        output.addLine(problem);
      },
    });
    const caller = this.callerFor(name, book, {
      signal,
      log: (text) => {
        output.addLine(text);
      },
      show: (text) => {
        if (text !== '') output.add(bytesOf(text));
      },
    });
    return createNodeContext(request, {
      world,
      caller,
      release,
      isReleaseNamed,
      networkName,
      options: read.options,
      environment: read.environment,
      findTcpReset: request.tcpReset,
    });
  }

  /** As the plugins of this node declare it. */
  #tcpReset(): Promise<TcpReset> {
    const entries = [...this.#setting.plugins.keys()].map((name): Entry => ({
      name,
      kind: 'plugin',
      path: `${eventDirectory}/${name}.ts`,
    }));
    return collectTcpResetPolicies({
      entries,
      load: ({ name }) => Promise.resolve(this.#load(name)),
      environment: nowhere,
      paths: fakeCtdbPaths,
      source: this.#setting.options,
      deadline: Infinity,
      signal: new AbortController().signal,
      report: this.#setting.report,
    });
  }
}

/** No directory of this machine. */
const nowhere = { CTDB_TEST_MODE: '1', CTDB_BASE: '/nonexistent/ctdb-hook-testing' } as const;
