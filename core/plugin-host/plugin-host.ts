import { Socket } from 'node:net';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import { buildId } from '../package/build-id.ts';
import { identityIfThere } from '../files/file-identity.ts';
import { watchLoadedFiles } from '../plugin-loading/module-hooks.ts';
import type { Environment } from '../process/environment.ts';
import { Stopped } from '../process/stop-signal.ts';
import { signalLiveFamilies, watchLiveFamilies } from '../process/live-families.ts';
import { LedgerAccess } from '../run/state/ledger-access.ts';
import type { RaisedEvent } from '../run/outcome.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { openSampler } from '../run/sampling/sample-file.ts';
import { createPluginRunner, type RunPlugin } from '../run/plugin/plugin-runner.ts';
import { collectTcpResetPolicies } from '../run/plugin/tcp-reset-policies.ts';
import { deadlineIn } from '../process/deadline.ts';
import type { HostNetwork } from './choose-network.ts';
import { Intrinsics } from './intrinsics.ts';
import { keepProcess, killOwnProcess } from './keep-process.ts';
import type { JournalWriter } from './journal.ts';
import { MessageLink } from './link.ts';
import { fromHost, type FromHost, type HostRun, linkFd, toHost, type ToHost } from './messages.ts';
import { Registry } from './registry.ts';
import { runPlugins } from './run-plugins.ts';

/** What a host is started with. */
export interface HostSettings {
  /** The component whose plugins it runs, `legacy` for ctdbd's own events. */
  readonly component: string;
  /** The environment of plugins' commands. */
  readonly environment: Environment;
  readonly network: HostNetwork;
  /** Where it writes down messages that were not sent yet. */
  readonly journal: JournalWriter | undefined;
  /** The program of the watching thread. */
  readonly watchThread: URL;
}

/** How long it may take to ask a plugin for its `tcp`, in milliseconds. It may have option files that need a shell. */
const tcpTimeoutMs = 5_000;

/**
 * The process in which plugins run under the event daemon. It does what it is told over its link, and ends with the link.
 *
 * Whatever a plugin does to this process fails only the event at which it does so. A fault of the host's own code ends the
 * host; the daemon then starts another.
 */
export class PluginHost {
  readonly #intrinsics: Intrinsics;
  readonly #registry = new Registry((path) => {
    this.#tellFile(path, identityIfThere(path) ?? 'ENOENT');
  });
  readonly #link: MessageLink<ToHost, FromHost>;
  readonly #book: LedgerAccess;
  readonly #runPlugin: RunPlugin;
  /** A run may arrive before its event has been noted. */
  #noting: Promise<void> = Promise.resolve();
  #failing: Promise<void> = Promise.resolve();
  #running: { readonly run: number; readonly stop: AbortController } | undefined;

  constructor({ component, environment, network, journal, watchThread }: HostSettings) {
    keepProcess();
    this.#intrinsics = new Intrinsics();
    const listener = {
      onMessage: (message: ToHost) => {
        this.#hear(message);
      },
      onClose: () => {
        this.#end();
      },
    };
    this.#link = new MessageLink(
      new Socket({ fd: linkFd }),
      { incoming: toHost, outgoing: fromHost },
      listener,
      journal,
    );
    this.#book = new LedgerAccess(process.env, this.#report, {
      component,
      listAddresses: network.listAddresses,
    });
    this.#runPlugin = createPluginRunner({
      environment,
      ledgerAccess: this.#book,
      group: 'own',
      unclaimed: (chunk) => {
        this.#report(chunk.toString());
      },
      report: this.#report,
      onNews: (message) => {
        this.#report(`NOTICE: ${message}`);
      },
      tcpReset: this.#tcpReset,
      load: this.#registry.plugin,
      networkWhenUnset: 'netlink',
      sampling: openSampler(ctdbPaths(process.env).ownRunDir, 'daemon'),
    });
    watchLiveFamilies((pid, state) => {
      this.#link.send({ kind: 'group', pid, state });
      this.#link.flush();
    });
    watchLoadedFiles(this.#tellFile);
    process.on('exit', () => {
      this.#link.flush(); // Whatever ends the process, the messages from before are kept.
    });
    const watch = new Worker(watchThread, { stdin: false, resourceLimits: { maxOldGenerationSizeMb: 8 } });
    watch.unref();
    // If memory is short, this thread does not start, which ends the host. No plugin is to blame for that.
    watch.once('online', () => {
      this.#link.send({ kind: 'ready', build: buildId, network: network.inWords });
    });
  }

  #hear(message: ToHost): void {
    switch (message.kind) {
      case 'load':
        this.#doing(
          this.#registry.load(message).then((loaded) => {
            this.#link.send({ kind: 'loaded', ...loaded, message: withoutNul(loaded.message) });
          }),
        );
        return;
      case 'note':
        this.#noting = this.#note({ name: message.event, argv: message.argv }, message);
        this.#doing(this.#noting);
        return;
      case 'failed':
        this.#failing = this.#book.noteFailed({ name: message.event, argv: message.argv });
        this.#doing(this.#failing);
        return;
      case 'run':
        this.#doing(this.#run(message));
        return;
      case 'stop':
        this.#link.send({ kind: 'stopping', run: message.run });
        this.#link.flush(); // Code that hears it now may never end its turn.
        if (this.#running?.run === message.run) this.#running.stop.abort(new Stopped(message.cause));
        return;
    }
  }

  async #note(
    event: RaisedEvent,
    { isReconciled, plugins }: { readonly isReconciled: boolean; readonly plugins: readonly string[] },
  ): Promise<void> {
    this.#link.send({ kind: 'noting', event: event.name });
    await this.#failing; // It must not undo what is noted now.
    this.#link.secure(); // The ledger may have to wait for a lock, in this turn.
    this.#book.beginEvent();
    if (isReconciled)
      for (const address of await this.#book.reconcile())
        this.#report(`the ledger was wrong about ${address}: corrected by the kernel's word`);
    if (event.name === 'init') await this.#book.noteInit();
    else this.#book.noteRaised(event);
    if (plugins.length > 0) this.#book.keepOnly(plugins);
    this.#link.send({ kind: 'noted', event: event.name });
  }

  async #run(request: HostRun): Promise<void> {
    const stop = new AbortController();
    this.#running = { run: request.run, stop };
    await this.#noting;
    this.#book.beginEvent();
    await runPlugins(request, stop.signal, {
      registry: this.#registry,
      runPlugin: this.#runPlugin,
      intrinsics: this.#intrinsics,
      link: this.#link,
      book: this.#book,
    });
  }

  readonly #tcpReset = () =>
    collectTcpResetPolicies({
      entries: this.#registry.entries(),
      load: this.#registry.plugin,
      environment: process.env,
      deadline: deadlineIn(tcpTimeoutMs),
      signal: new AbortController().signal,
      report: this.#report,
    });

  readonly #tellFile = (path: string, identity: string): void => {
    this.#link.send({ kind: 'file', path, identity });
    this.#link.flush();
  };

  readonly #report = (message: string): void => {
    this.#link.send({ kind: 'report', message: withoutNul(message) });
  };

  /** Ends the host if this work fails: that is a mistake of ours, or a plugin has changed the process. */
  #doing(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#report(`ERROR: plugin host: ${inspect(error)}`);
      this.#link.flush();
      this.#end();
    });
  }

  /** Ends the host and everything that its plugins have started. Without a daemon nobody else would. */
  #end(): void {
    signalLiveFamilies('SIGKILL');
    killOwnProcess();
  }
}

const withoutNul = (message: string): string => message.replaceAll('\0', ' ');
