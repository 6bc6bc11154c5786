import type { Running } from '../switch/running.ts';
import { wordFor } from '../run-observers/timeline.ts';
import type { NodeStatus } from './node-status.ts';

/** The status of a node for programs. `version` changes when a name changes what it means, not when one is added. */
export function statusAsJson(status: NodeStatus): object {
  const { running, isRestartDue, memory, health, ledger, samples, entries, problems } = status;
  const monitored = new Map(health?.last.entries.map((entry) => [entry.name, entry]));
  return {
    version: 1,
    eventDaemon: { ...runningAsJson(running), isRestartDue, ...memory },
    monitor:
      health === undefined
        ? null
        : {
            isHealthy: health.isHealthy,
            sinceMs: health.sinceMs,
            isSinceKnown: health.isSinceKnown,
            lastBeginMs: health.last.beginMs,
            tookMs: health.last.tookMs,
            result: health.last.result,
            limitMs: limitMsOf(running),
          },
    addressesHeld: ledger?.addressesHeld ?? null,
    changesWaiting: ledger === undefined ? null : Object.fromEntries(ledger.changesWaiting),
    samples,
    entries: entries.map(({ name, kind, state, isWrong = false, optionFaults = [] }) => {
      const last = monitored.get(name);
      const usualMs = health?.usualMs.get(name) ?? null;
      const monitor =
        last === undefined
          ? null
          : {
              status: wordFor(last.result),
              result: last.result,
              tookMs: last.tookMs,
              usualMs,
              output: last.output ?? '',
            };
      return { name, kind, state, isWrong, optionFaults, monitor };
    }),
    problems,
  };
}

/** The event daemon that runs, for programs. */
export function runningAsJson(running: Running): object {
  if (running.kind !== 'ours') return running;
  const { since, plugins: _plugins, monitorTimeoutS: _limit, ...about } = running.about;
  return { kind: running.kind, ...about, sinceMs: since.getTime() };
}

/** Null where it is not known, or there is none. */
function limitMsOf(running: Running): number | null {
  const limitS = running.kind === 'ours' ? (running.about.monitorTimeoutS ?? 0) : 0;
  return limitS === 0 ? null : limitS * 1000;
}
