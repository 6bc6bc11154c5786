import type { EventName } from '../events/events.ts';
import { findPluginFiles } from './find-plugin-files.ts';
import { enterScript } from './lay-out-node.ts';
import { findEntrance, runInside, type Entrance } from './namespaces.ts';
import { ownProgram } from './own-program.ts';
import { findMissing } from './prerequisites.ts';
import type { TryJob } from './try-job.ts';

/** What is to be tried. */
export interface Trial {
  readonly name: string;
  /** The plugin's file, by its absolute path. */
  readonly file: string;
  readonly events: readonly EventName[];
  readonly timeoutS: number;
  readonly isKept: boolean;
  /** Ends it; its reason is said if it is a text. */
  readonly signal: AbortSignal;
}

/** How much longer than its events all of it may take, in milliseconds: namespaces, processes, a client that hears nothing. */
const graceMs = 30_000;

/** The way into namespaces here, or why there is none and what would help. */
export function findWayIn(): Entrance | { readonly refusals: readonly string[] } {
  const missing = findMissing();
  return missing.length > 0 ? { refusals: missing } : findEntrance();
}

/**
 * Runs events through a plugin on a node that is made for it in new namespaces, and shows what happens. Nothing is left.
 *
 * @returns the exit status, 0 if all that had to happen happened; undefined if it was ended, or took too long
 * @throws Error if the plugin's files cannot be read
 */
export async function tryPlugin(entrance: Entrance, trial: Trial): Promise<number | undefined> {
  const { name, events, timeoutS, isKept, signal } = trial;
  const files = findPluginFiles(trial.file);
  const job: TryJob = { name, files, events, timeoutS, isKept, namespaces: entrance.namespaces };
  return runInside(entrance, {
    command: ownProgram('node', JSON.stringify(job)),
    timeoutMs: events.length * (timeoutS + 10) * 1000 + graceMs,
    signal,
    onKept: (pid) => {
      process.stdout.write(
        `\nThe node is kept until Ctrl-C. To look around in it:\n  nsenter --target ${pid} --all --preserve-credentials sh ${enterScript}\n`,
      );
    },
  });
}
