import type { Entry } from '../../event-directory/entry.ts';
import { bytesOf } from '../../text/bytes-as-text.ts';
import { deadlineIn } from '../../process/deadline.ts';
import type { Environment } from '../../process/environment.ts';
import { describeEnd } from '../../process/describe-end.ts';
import { runCommand } from '../../process/run-command.ts';
import { ownNode } from '../program-copy.ts';

/** The processes that are looked at when an entry has timed out. */
export interface TimedOutEntry {
  readonly entry: Entry;
  readonly event: string;
  /** Process groups, and single processes, by their process ids. */
  readonly groups: readonly number[];
  readonly processes: readonly number[];
}

/** The tools of `HungReport`. */
export interface HungReportTools {
  readonly environment: Environment;
  /** The program that describes processes; see core/process/inspect. */
  readonly inspector: () => string;
  /** `[event] debug script` of ctdb.conf, as a path. */
  readonly debugScript: () => string | undefined;
  /** Receives the lines of the debug script. */
  readonly onDebugOutput: (output: Buffer) => void;
  /** How long the description may take, in milliseconds; a second by default. The next event waits no longer. */
  readonly inspectTimeoutMs?: number;
}

/** A process that hangs while it is looked at loses only its own lines. */
const defaultInspectTimeoutMs = 1_000;

/** How long the debug script may take, in milliseconds; CTDB has no limit here. */
export const debugTimeoutMs = 10_000;

/** Most bytes of a description. */
const descriptionBytesMax = 64 * 1024;

/** Finds out what the processes of an entry were doing when its time was up, before they are ended. */
export class HungReport {
  readonly #tools: HungReportTools;
  #isDebugging = false;

  constructor(tools: HungReportTools) {
    this.#tools = tools;
  }

  /**
   * Describes in lines what the processes are doing, and says if something is missing. A process of its own looks at them,
   * because the look may hang, or take too long on an overloaded node.
   */
  async describe({ groups, processes }: TimedOutEntry): Promise<string> {
    if (groups.length + processes.length === 0) return '';
    const { inspectTimeoutMs = defaultInspectTimeoutMs } = this.#tools;
    const words = [...groups.map((group) => `-${group}`), ...processes.map(String)];
    const looked = await runCommand(
      {
        command: [ownNode, this.#tools.inspector(), ...words],
        environment: this.#tools.environment,
        group: 'own',
        streams: 'two',
      },
      { deadline: deadlineIn(inspectTimeoutMs), graceMs: 0, outputBytesMax: descriptionBytesMax },
    );
    if (looked.ok) return looked.stdout;
    const why =
      looked.ended === 'timed-out'
        ? ` within ${inspectTimeoutMs} ms`
        : `: the look at them ${describeEnd(looked)}`;
    return `${looked.stdout}  no more could be found out about its processes${why}\n`;
  }

  /** Runs the debug script, if one is configured. Only one runs at a time, as in CTDB. */
  async debug({ event, groups, processes }: TimedOutEntry, timeoutMs = debugTimeoutMs): Promise<void> {
    const script = this.#tools.debugScript();
    const pid = groups[0] ?? processes[0];
    if (script === undefined || pid === undefined || this.#isDebugging) return;
    this.#isDebugging = true;
    try {
      const { stdout } = await runCommand(
        {
          command: [script, String(pid), event],
          environment: this.#tools.environment,
          group: 'own',
          streams: 'one',
        },
        { deadline: deadlineIn(timeoutMs), outputBytesMax: descriptionBytesMax },
      );
      this.#tools.onDebugOutput(bytesOf(stdout));
    } finally {
      this.#isDebugging = false;
    }
  }
}
