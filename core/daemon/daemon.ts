import { constants, hostname } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../files/cache-directory.ts';
import { type CtdbConf, readCtdbConf } from '../ctdb-config/ctdb-conf.ts';
import type { LogLevel } from '../ctdb-config/log-level.ts';
import { ctdbRelease } from '../ctdb-installation/ctdb-release.ts';
import { handOverInstallation } from '../ctdb-installation/hand-over-installation.ts';
import { installationProblems } from '../ctdb-installation/installation-problems.ts';
import { type CtdbPaths, ctdbPaths, isInTestMode } from '../ctdb-installation/paths.ts';
import { isAddressHeld } from '../ledger/is-address-held.ts';
import { historyRunOf } from '../history/history-run.ts';
import type { HistoryWriter } from '../history/history-writer.ts';
import { openHistory } from '../history/open-history.ts';
import { tellOpenRuns } from '../history/open-runs.ts';
import type { MetricsPublisher } from '../metrics/publish-metrics.ts';
import { logHostname, logStyle } from '../log/line-format.ts';
import { type Log, openLog } from '../log/open-log.ts';
import { tryLocation } from '../log/try-location.ts';
import { RunNotifier } from '../run-observers/run-notifier.ts';
import { buildId } from '../package/build-id.ts';
import { packageRoot } from '../package/package-root.ts';
import { packageVersion } from '../package/package-version.ts';
import { receivedEnvironment } from '../process/environment.ts';
import { signalLiveFamilies } from '../process/live-families.ts';
import { type About } from '../eventd-protocol/about.ts';
import { type EventServer, listen } from '../eventd-protocol/server.ts';
import { Component } from './component/component.ts';
import { Components } from './component/components.ts';
import { Instance } from './instance.ts';
import { keepSocket } from './keep-socket.ts';
import { logOutput, logRuns } from './log-runs.ts';
import { watchPackage } from './changed-files/watch-package.ts';
import { copyProgram } from './program-copy.ts';
import { publishMetrics } from './metrics.ts';
import type { DaemonOptions } from './daemon-options.ts';
import { isRcuExpedited, ExpeditedRcu } from './expedited-rcu.ts';
import { tellReady } from './readiness.ts';
import { levelOf } from './level-of.ts';
import type { Report } from './report.ts';
import type { DaemonSignal, Signals } from './signals.ts';
import { takeAll } from './take-all.ts';
import { surviveErrors } from './survive-errors.ts';
import { HungReport } from './overdue/report-hung.ts';
import { watchProcess } from '../process/watch-process.ts';

/** The component whose events ctdbd raises. */
const ctdbdComponent = 'legacy';

/** The event daemon of a node. ctdbd ends when this daemon ends. So after the start it logs every fault and goes on. */
export class Daemon {
  readonly #paths: CtdbPaths;
  readonly #environment = process.env;
  /** It is read at the start, since the disk may have another version later. */
  readonly #about: About = {
    version: packageVersion(),
    build: buildId,
    pid: process.pid,
    root: packageRoot,
    since: new Date(),
  };
  readonly #notifier = new RunNotifier();
  readonly #components: Components;
  readonly #hungReport: HungReport;
  readonly #ended = Promise.withResolvers<undefined>();
  #conf: CtdbConf;
  #log: Log;
  readonly #history: HistoryWriter | undefined;
  #instance: Instance | undefined;
  #server: EventServer | undefined;
  #metrics: MetricsPublisher | undefined;
  #keptSocket: Disposable | undefined;
  #expeditedRcu: ExpeditedRcu | undefined;
  #isCtdbdGone = () => false;
  #isEnding = false;
  #copy: string | undefined;

  private constructor(conf: CtdbConf) {
    this.#paths = ctdbPaths(this.#environment);
    this.#conf = conf;
    this.#log = this.#openLog();
    this.#history = this.#openHistory();
    this.#hungReport = new HungReport({
      environment: this.#scriptEnvironment,
      inspector: () => join(this.#programRoot, 'dist', 'inspect.js'),
      debugScript: () => this.#conf.debugScript ?? undefined,
      onDebugOutput: (output) => {
        logOutput(this.#log, 'event_debug', output);
      },
    });
    this.#components = new Components(
      (name) => this.#component(name),
      () => ({ ...this.#about, ...this.#components.find(ctdbdComponent)?.about }),
    );
    logRuns(this.#notifier.observable, () => this.#log);
    watchPackage(this.#notifier, this.#report);
  }

  /**
   * Starts the daemon. Settles when it listens and has said so to the process that started it.
   *
   * @throws InstanceError if another one lives; Node's error if it cannot listen.
   */
  static async start({ pid, startupFd }: DaemonOptions, signals: Signals): Promise<Daemon> {
    const daemon = new Daemon(await readCtdbConf(ctdbPaths(process.env).base));
    surviveErrors((message) => {
      daemon.#say('ERROR', message);
    });
    daemon.#reportProblems(daemon.#conf.problems);
    daemon.#reportInstallation();
    await daemon.#listen(pid !== undefined);
    await daemon.#publishMetrics();
    if (startupFd !== undefined) daemon.#tellReady(startupFd);
    if (pid !== undefined)
      daemon.#isCtdbdGone = watchProcess(pid, () => {
        daemon.#say('NOTICE', `PID ${pid} gone away, exiting`);
        void daemon.#end();
      });
    signals.handle((name) => {
      daemon.#hear(name);
    });
    daemon.#warmUp();
    return daemon;
  }

  /** Settles when the daemon has ended. */
  get ended(): Promise<unknown> {
    return this.#ended.promise;
  }

  async #listen(isForCtdbd: boolean): Promise<void> {
    const { eventdSocket: socket, eventdPidFile: pidFile } = this.#paths;
    const waitMs = isForCtdbd ? Instance.orphanMs : 0;
    this.#instance = await Instance.claim({ pidFile, socket }, waitMs);
    this.#say('NOTICE', `daemon started, pid=${process.pid}`);
    this.#say('INFO', `ctdb-hook ${packageVersion()}, build ${buildId}, from ${packageRoot}`);
    const server = await listen({
      path: socket,
      handle: (request) => this.#components.handle(request),
      report: (message) => {
        this.#say('WARNING', message);
      },
    });
    this.#server = server;
    this.#keptSocket = keepSocket({
      path: socket,
      inode: () => server.inode,
      listenAgain: () => server.listenAgain(),
      isUnneeded: () => this.#isCtdbdGone(),
      report: this.#report,
    });
    this.#watchForAddresses();
    this.#say('NOTICE', 'startup completed successfully');
    this.#say('NOTICE', `listening on ${socket}`);
  }

  #watchForAddresses(): void {
    const report = this.#report;
    const mark = join(this.#paths.ownRunDir, 'rcu-expedited');
    this.#expeditedRcu = new ExpeditedRcu({ directory: '/sys/kernel', mark, report });
    if (isRcuExpedited(this.#environment, report)) this.#expeditedRcu.watch(this.#notifier.observable);
  }

  #tellReady(startupFd: number): void {
    try {
      tellReady(startupFd);
    } catch (error) {
      this.#instance?.release(); // Nobody else would remove its files.
      throw error;
    }
  }

  /** The folder from which hosts are started. It is made when the first host is. */
  get #programRoot(): string {
    const cache = cacheDirectory();
    const places = [this.#paths.ownRunDir, ...(cache === undefined ? [] : [cache])];
    return (this.#copy ??= copyProgram(places, this.#report));
  }

  #component(name: string): Component {
    return new Component({
      component: name,
      directory: join(this.#paths.base, 'events', name),
      program: join(this.#programRoot, 'dist', 'host.js'),
      runDirectory: this.#paths.ownRunDir,
      environment: this.#scriptEnvironment,
      hostEnvironment: this.#hostEnvironment(),
      hungReport: this.#hungReport,
      notify: this.#notifier.notify,
      report: this.#report,
      onHostStart: () => {
        this.#metrics?.addHostStart();
      },
      onAddition: (entry, addition) => {
        logOutput(this.#log, entry.name, addition);
      },
      isHeld: (ip) => isAddressHeld(ip, this.#report),
    });
  }

  /** The environment of hosts. In CTDB's test mode the paths follow CTDB_BASE, whatever is installed. */
  #hostEnvironment(): NodeJS.ProcessEnv {
    return isInTestMode(this.#environment) ? this.#environment : handOverInstallation(this.#environment);
  }

  #hear(name: DaemonSignal): void {
    this.#say('NOTICE', `Received signal ${constants.signals[name]}`);
    switch (name) {
      case 'SIGHUP':
        this.#log.reopen();
        this.#say('NOTICE', 'reopen logs completed successfully');
        return;
      case 'SIGUSR1':
        void this.#reconfigure();
        return;
      case 'SIGTERM':
      case 'SIGINT':
        void this.#end();
    }
  }

  /**
   * Reads ctdb.conf again. If anything in it is wrong, the daemon keeps its last configuration and goes on logging where it
   * did.
   */
  async #reconfigure(): Promise<void> {
    const path = join(this.#paths.base, 'ctdb.conf');
    this.#say('NOTICE', `Re-reading config file ${path}`);
    const conf = await readCtdbConf(this.#paths.base);
    const fault = conf.location === this.#conf.location ? undefined : tryLocation(conf.location);
    const problems = fault === undefined ? conf.problems : [...conf.problems, `${path}: ${fault}`];
    this.#reportProblems(problems);
    if (problems.length > 0) {
      this.#say('ERROR', `reconfigure failed: nothing of ${path} was taken over`);
      return;
    }
    const before = this.#conf;
    this.#conf = conf;
    if (before.location !== conf.location || before.logLevel !== conf.logLevel) {
      const old = this.#log;
      this.#log = this.#openLog();
      void old.close();
    }
    this.#say('NOTICE', 'reconfigure completed successfully');
  }

  /** Ends everything that the daemon has started, and removes its files, even if one of these steps fails. */
  async #end(): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#say('NOTICE', 'Shutting down');
    const steps = [
      () => this.#keptSocket?.[Symbol.dispose](),
      () => this.#expeditedRcu?.[Symbol.dispose](),
      () => this.#metrics?.close(),
      () => {
        this.#components.stop();
      },
      () => {
        signalLiveFamilies('SIGKILL');
      },
      () => this.#server?.close(),
      () => this.#instance?.release(),
      () => this.#history?.close(),
      () => this.#log.close(),
    ];
    await takeAll(steps, this.#report);
    this.#ended.resolve(undefined);
  }

  #warmUp(): void {
    const component = this.#components.find(ctdbdComponent);
    component?.warmUp().catch((error: unknown) => {
      this.#report(error instanceof Error ? error.message : String(error));
    });
  }

  async #publishMetrics(): Promise<void> {
    this.#metrics = await publishMetrics(this.#environment, {
      paths: this.#paths,
      about: this.#about,
      notifier: this.#notifier,
      report: this.#report,
    });
  }

  /** Reports what is assumed about CTDB because CTDB did not say it. */
  #reportInstallation(): void {
    for (const problem of installationProblems(this.#environment)) this.#say('WARNING', problem);
  }

  #reportProblems(problems: readonly string[]): void {
    for (const problem of problems) this.#say('ERROR', problem);
  }

  /** Logs a message. Messages of hosts and the like say themselves how serious they are. */
  readonly #report: Report = (message, level = levelOf(message)) => {
    this.#say(level, message);
  };

  #say(level: LogLevel, message: string): void {
    this.#log.write(level, message);
    const said = message.startsWith(`${level}: `) ? message.slice(level.length + 2) : message;
    this.#history?.add({ kind: 'note', beginMs: Date.now(), level, message: said });
  }

  #openHistory(): HistoryWriter | undefined {
    const history = openHistory(this.#report);
    if (history === undefined) return undefined;
    this.#notifier.observable.on('run:end', (record) => {
      history.add(historyRunOf(record, 'daemon'));
    });
    tellOpenRuns(this.#notifier.observable, (note) => {
      history.add(note);
    });
    return history;
  }

  #openLog(): Log {
    const { location, logLevel } = this.#conf;
    return openLog({
      location,
      level: logLevel,
      ident: 'ctdb-eventd',
      style: logStyle(ctdbRelease(this.#environment)),
      interactive: this.#environment['CTDB_INTERACTIVE'] !== undefined,
      hostname: logHostname(this.#environment, hostname()),
      onProblem: (message) => {
        process.stderr.write(`ctdb-eventd: ${message}\n`);
      },
    });
  }

  /**
   * The environment of scripts: as it was received, with the variable that ctdbd always sets. Stock scripts stop without
   * it.
   */
  get #scriptEnvironment() {
    return { CTDB_BASE: this.#paths.base, ...receivedEnvironment() };
  }
}
