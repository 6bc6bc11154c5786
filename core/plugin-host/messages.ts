import { array } from '../codec/array.ts';
import { countedBytes } from '../codec/counted-bytes.ts';
import { choice } from '../codec/choice.ts';
import type { Decoded } from '../codec/codec.ts';
import { flag } from '../codec/flag.ts';
import { i32, i64, u32 } from '../codec/numbers.ts';
import { text } from '../codec/stringn.ts';
import { struct } from '../codec/struct.ts';
import { variant } from '../codec/variant.ts';
import type { Effects } from '../run/outcome.ts';
import type { WatchFamilies } from '../process/live-families.ts';
import type { StopCause } from '../process/stop-signal.ts';

/*
 * The messages between the event daemon and a plugin host. Both are of one build. But a faulty plugin may have written what
 * a host sends, so the daemon trusts nothing in it.
 */

/** Far more than any event directory holds. A host that names more is broken. */
const countMax = 10_000;
const texts = array(text, countMax);

/** A file from which a plugin was loaded, and its identity then; see `fileIdentity`. */
export interface LoadedFile {
  readonly path: string;
  readonly identity: string;
}

/** The result of loading a plugin. */
export interface LoadedPlugin {
  readonly name: string;
  /** `refused`: somebody else could have written it. */
  readonly outcome: 'loaded' | 'failed' | 'refused';
  /** Why it did not load. If it loaded: empty, or what is wrong with its entry, or why this version cannot be kept. */
  readonly message: string;
  /** If it did not load: whether an earlier version is kept that did. */
  readonly kept: 'none' | 'there' | 'given up';
  /** The events at which it has to be called. */
  readonly events: readonly string[];
}

/** One event of a run. */
export interface HostEvent {
  readonly argv: readonly string[];
  /** Its deadline, as `sharedDeadline` gives it. */
  readonly deadlineMs: number;
}

/**
 * Events for some plugins. They run one after another until one fails. Usually it is one event. In a burst they are of one
 * kind, and each begins when all plugins have succeeded at the one before.
 */
export interface HostRun {
  /** Counts the runs of a host. Messages about an earlier run are stale. */
  readonly run: number;
  /** The name of the events. */
  readonly event: string;
  readonly events: readonly HostEvent[];
  /** The arguments of the events of the burst that the host gets later, because a script has to run at each of them. */
  readonly waiting: readonly (readonly string[])[];
  /** The plugins, by name, in their order. */
  readonly plugins: readonly string[];
  /** Whether the run goes on after a plugin that failed. */
  readonly runAll: boolean;
}

/** The state of a command; see `watchLiveFamilies`. */
export type CommandState = Parameters<WatchFamilies>[1];
const commandState = choice<CommandState>({ ended: 0, 'of event': 1, 'for longer': 2 });

const stopCause = choice<StopCause>({ 'timed-out': 1, cancelled: 2 });

/** The messages to a host. */
export const toHost = variant('kind', choice({ load: 1, note: 2, run: 3, stop: 4, failed: 5 }), {
  /**
   * Load this plugin, by its name and the path of its entry. With `isKept`, load the version that was kept last in place of
   * the present one. The answer is `loaded`.
   */
  load: struct<{ readonly name: string; readonly path: string; readonly isKept: boolean }>({
    name: text,
    path: text,
    isKept: flag,
  }),
  /**
   * An event begins. `plugins` names all plugins that exist; it is empty where that does not matter. With `isReconciled`
   * the ledger is first compared with the kernel. The answer is `noted`.
   */
  note: struct<{
    readonly event: string;
    readonly argv: readonly string[];
    readonly plugins: readonly string[];
    readonly isReconciled: boolean;
  }>({ event: text, argv: texts, plugins: texts, isReconciled: flag }),
  run: struct<HostRun>({
    run: u32,
    event: text,
    events: array(struct<HostEvent>({ argv: texts, deadlineMs: i64 }), countMax),
    waiting: array(texts, countMax),
    plugins: texts,
    runAll: flag,
  }),
  /** Stop the run. The answer is `done`, when nothing of it is left. */
  stop: struct<{ readonly run: number; readonly cause: StopCause }>({ run: u32, cause: stopCause }),
  /** An event failed, and nothing of it goes on: the ledger gets the kernel's word on its address. There is no answer. */
  failed: struct<{ readonly event: string; readonly argv: readonly string[] }>({ event: text, argv: texts }),
});
/** The messages to a host. */
export type ToHost = Decoded<typeof toHost>;

/** How the plugin of this index in a run ended, counted over all its events. Times are milliseconds since 1970. */
export interface PluginEnd extends Effects {
  readonly run: number;
  readonly index: number;
  readonly beganAtMs: number;
  readonly endedAtMs: number;
  readonly result: number;
}

/** The messages of a host. */
export const fromHost = variant(
  'kind',
  choice({
    ready: 1,
    loaded: 2,
    noted: 3,
    began: 4,
    output: 5,
    ended: 6,
    done: 7,
    file: 8,
    group: 9,
    report: 10,
    retire: 11,
    noting: 12,
    stopping: 13,
    next: 14,
  }),
  {
    /**
     * The host can be given work. `build` identifies the build of this package: both ends must have the same. `network`
     * says which network plugins get, and why if there is a reason.
     */
    ready: struct<{ readonly build: string; readonly network: string }>({ build: text, network: text }),
    loaded: struct<LoadedPlugin>({
      name: text,
      outcome: choice({ loaded: 0, failed: 1, refused: 2 }),
      message: text,
      kept: choice({ none: 0, there: 1, 'given up': 2 }),
      events: texts,
    }),
    noted: struct<{ readonly event: string }>({ event: text }),
    /** The host has heard of an event, and notes it. `noted` follows. */
    noting: struct<{ readonly event: string }>({ event: text }),
    /** The host has heard that it has to stop this run. `done` follows, if its plugin permits. */
    stopping: struct<{ readonly run: number }>({ run: u32 }),
    /** The run goes on with this event, counted from 0, and notes it. `began` follows. It is not sent for the first event. */
    next: struct<{ readonly run: number; readonly event: number }>({ run: u32, event: u32 }),
    /** The run has come to the first plugin of this event. */
    began: struct<{ readonly run: number; readonly event: number }>({ run: u32, event: u32 }),
    output: struct<{ readonly run: number; readonly index: number; readonly chunk: Buffer }>({
      run: u32,
      index: u32,
      chunk: countedBytes,
    }),
    ended: struct<PluginEnd>({
      run: u32,
      index: u32,
      beganAtMs: i64,
      endedAtMs: i64,
      result: i32,
      connectionsKilled: u32,
      connectionsLeft: u32,
      changesTold: u32,
      moved: texts,
    }),
    /** Nothing of the run goes on any more. */
    done: struct<{ readonly run: number }>({ run: u32 }),
    /** A file of the plugin that is being loaded is about to be read. */
    file: struct<LoadedFile>({ path: text, identity: text }),
    /** A command of a plugin was started in a process group of its own, for the event or for longer, or has ended. */
    group: struct<{ readonly pid: number; readonly state: CommandState }>({ pid: u32, state: commandState }),
    /** A message for the log. */
    report: struct<{ readonly message: string }>({ message: text }),
    /** The host must not be used any more, for this reason. */
    retire: struct<{ readonly why: string }>({ why: text }),
  },
);
/** The messages of a host. */
export type FromHost = Decoded<typeof fromHost>;

/** The question to the watching thread of a host: where the main thread is. */
export const toWatch = struct<object>({});

/** Its answer: the JavaScript stack, one line for each frame. Empty if no JavaScript runs. */
export const fromWatch = struct<{ readonly stack: string }>({ stack: text });

/** The descriptor of a host at which its main thread has its link. */
export const linkFd = 3;

/** The descriptor of a host at which its watching thread has its link. */
export const watchFd = 4;

/** The descriptor of a host at which its main thread has the file for messages that were not sent yet. */
export const journalFd = 5;

/** Longest message in either direction, in bytes. Arguments and outputs are cut into smaller parts. */
export const messageBytesMax = 4 * 1024 * 1024;

/** Most bytes of output in one message. */
export const outputChunkBytes = 64 * 1024;
