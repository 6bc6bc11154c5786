import type { AddressChanges } from '../events/changes.ts';
import type { RaisedEvent } from '../run/outcome.ts';
import { DeferredWork } from './deferred-work.ts';
import type { EventRun, PluginRun } from './event-run.ts';
import type { Cluster } from './model/cluster.ts';
import type { Incident, ModelObserver } from './model/model-observer.ts';
import type { EventAnswer } from './model/simulated-node.ts';
import { timing } from './model/timing.ts';
import type { StatesReached } from './states.ts';
import type { FaultHow } from './step.ts';
import type { Trace } from './trace.ts';
import type { Invariant, Violation } from './violation.ts';

/** What a watcher is made from. */
export interface WatchSetting {
  readonly clock: { readonly elapsedMs: number };
  readonly states: StatesReached;
  readonly trace: Trace;
  /** Invariants that are not looked at. */
  readonly without: ReadonlySet<Invariant>;
  readonly onViolation: (violation: Violation) => void;
}

/** Watches a simulation, and looks after each event whether everything is as it must be. */
export class ClusterWatch implements ModelObserver {
  readonly #setting: WatchSetting;
  readonly #work: DeferredWork[] = [];
  readonly #failedWork = new Set<string>();
  #cluster: Cluster | undefined;
  /** Whether no handler has gone wrong so far, or everything has come to rest since. */
  isClean = true;
  /** Whether nothing is done to the cluster that a takeover run may fail of. */
  isCalm = true;

  constructor(setting: WatchSetting) {
    this.#setting = setting;
  }

  /** Sets what is watched. */
  watch(cluster: Cluster): void {
    this.#cluster = cluster;
  }

  eventBegun(pnn: number, { name }: RaisedEvent): void {
    if (name === 'init') this.workOf(pnn).forget();
  }

  eventEnded(pnn: number, event: RaisedEvent, answer: EventAnswer, tookMs: number): void {
    const { states } = this.#setting;
    if (answer === 'failed') states.note('event that failed');
    if (answer === 'timed out') states.note('event out of time');
    if (answer === 'cancelled' && event.name === 'monitor') states.note('monitor cancelled by another event');
    this.#lookForTwoNodes();
    if (event.name === 'monitor' && answer === 'ok') return; // It tells nothing.
    const took = tookMs >= 100 ? ` ${(tookMs / 1000).toFixed(1)} s` : '';
    const [, ip] = event.argv;
    this.#tell(
      `${[event.name, ...(ip === undefined ? [] : [ip])].join(' ')}${answer === 'ok' ? '' : `: ${answer}`}${took}`,
      pnn,
    );
  }

  happened(incident: Incident): void {
    const { states } = this.#setting;
    switch (incident.what) {
      case 'takeover run begins':
      case 'recovery begins':
        break;
      case 'takeover run ends':
        states.note(
          incident.moves > 0 ? 'takeover run that moved addresses' : 'takeover run that moved nothing',
        );
        this.#lookForLost();
        break;
      case 'takeover run fails':
        states.note('takeover run that failed');
        this.#lookAtFailedRun(incident.tookMs);
        break;
      case 'recovery ends':
        states.note('recovery');
        return;
      case 'recovery fails':
        states.note('recovery that failed');
        break;
      case 'becomes unhealthy':
        states.note('node unhealthy');
        break;
      case 'is banned':
        states.note('node banned');
        break;
      default:
        break;
    }
    this.#tell(`-- ${incident.what}`, 'pnn' in incident ? incident.pnn : undefined);
  }

  /** Looks at what plugins did at an event. */
  see(run: EventRun): void {
    const { states } = this.#setting;
    const { faults } = run;
    if ([...faults.values()].some(({ kind }) => kind === 'killed' || kind === 'killed-late'))
      states.note('process killed during an event');
    if (faults.size > 0) this.isClean = false;
    for (const [plugin, changes] of run.told) this.#noteWork(run, plugin, changes);
    for (const wrong of this.workOf(run.pnn).see(run))
      this.violate(wrong.invariant, wrong.text, wrong.plugin, run.pnn);
    for (const plugin of run.plugins) this.#lookAt(run, plugin);
  }

  /** What plugins of a node have acted on. */
  workOf(pnn: number): DeferredWork {
    return (this.#work[pnn] ??= new DeferredWork());
  }

  /** Notes something that must not be. */
  violate(invariant: Invariant, text: string, plugin?: string, pnn?: number): void {
    const { clock, without, onViolation } = this.#setting;
    if (without.has(invariant)) return;
    onViolation({
      invariant,
      atMs: clock.elapsedMs,
      text,
      ...(plugin !== undefined && { plugin }),
      ...(pnn !== undefined && { pnn }),
    });
  }

  #lookAt({ event, pnn, faults, answer }: EventRun, { name, isOk, output, left }: PluginRun): void {
    const isFaulty = faults.has(name);
    if (isOk && !isFaulty && left.length > 0)
      this.violate(
        'early',
        `${name} returned from ${event.name} before its work was done:\n${left.join('\n')}`,
        name,
        pnn,
      );
    if (isOk || isFaulty || answer === 'cancelled') return;
    const [culprit] = [...faults].find(([, { kind }]) => !usingUpTime.has(kind)) ?? [];
    if (culprit !== undefined)
      this.violate(
        'other-plugin',
        `${name} failed at ${event.name}, where ${culprit} went wrong: ${said(output)}`,
        name,
        pnn,
      );
    else if (this.isClean)
      this.violate(
        answer === 'timed out' ? 'out-of-time' : 'fails',
        answer === 'timed out'
          ? `${name} was still busy with ${event.name} after ${timing.eventMs / 1000} s`
          : `${name} failed at ${event.name}, and nothing went wrong there: ${said(output)}`,
        name,
        pnn,
      );
  }

  #lookAtFailedRun(tookMs: number): void {
    if (!this.isClean || !this.isCalm) return;
    if (tookMs >= timing.takeoverRunMs)
      this.violate(
        'out-of-time',
        `the takeover run was not over after ${timing.takeoverRunMs / 1000} s, and nothing went wrong in it`,
      );
    else this.violate('fails', 'the takeover run failed, and nothing went wrong in it');
  }

  #noteWork({ pnn, plugins }: EventRun, name: string, changes: AddressChanges): void {
    if (!changes.any) return;
    const { states } = this.#setting;
    const key = `${pnn} ${name}`;
    if (changes.retaken.length > 0) states.note('address released and taken again before it was told of');
    if (this.#failedWork.has(key)) states.note('deferred work that failed, and was told again');
    if (plugins.some((plugin) => plugin.name === name && plugin.isOk)) this.#failedWork.delete(key);
    else this.#failedWork.add(key);
  }

  #lookForTwoNodes(): void {
    const nodes = this.#cluster?.nodes.filter(({ isConnected, isAlive }) => isConnected && isAlive) ?? [];
    for (const ip of this.#cluster?.addresses.keys() ?? []) {
      const holders = nodes.filter(({ machine }) => machine.has(ip));
      if (holders.length > 1)
        this.violate('two-nodes', `${ip} is on nodes ${holders.map(({ pnn }) => pnn).join(' and ')}`);
    }
  }

  #lookForLost(): void {
    if (this.#cluster === undefined || this.#cluster.isServed) return;
    const holders = this.#cluster.holders();
    const lost = [...this.#cluster.addresses.keys()].filter((ip) => !holders.has(ip));
    if (lost.length > 0 && this.isClean && this.isCalm)
      this.violate(
        'lost',
        `${lost.join(', ')} ${lost.length === 1 ? 'is' : 'are'} on no node after a takeover run that succeeded`,
      );
  }

  #tell(text: string, pnn: number | undefined): void {
    const { trace, clock } = this.#setting;
    trace.add({ atMs: clock.elapsedMs, text, ...(pnn !== undefined && { pnn }) });
  }
}

/** Faults that take so much time that others may come too late. */
const usingUpTime: ReadonlySet<FaultHow['kind']> = new Set(['hangs', 'late', 'stalls']);

/** The first line of what a plugin said. */
const said = (output: string): string => output.trim().split('\n')[0]?.slice(0, 300) ?? '';
