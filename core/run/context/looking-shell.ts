import { bytesOf } from '../../text/bytes-as-text.ts';
import type { Group } from '../../process/backend.ts';
import type { Environment } from '../../process/environment.ts';
import { Family } from '../../process/family.ts';
import { addLiveFamily } from '../../process/live-families.ts';
import { startProcess, type StartedProcess } from '../../process/start-process.ts';

import { lookingLine, lookingScript } from './looking-script.ts';

/** What a shell is started with. */
export interface ShellSettings {
  readonly environment: Environment;
  readonly group: Group;
}

/** The plus, as a byte. */
const plus = 0x2b;

/**
 * After which time others are told of a shell that looks, in milliseconds, so that they end it with this process. One that
 * does not hang ends by itself when its standard input does.
 */
const tellAfterMs = 200;

/**
 * A shell that looks for directories, and is kept for the next look: to start one takes ten times as long as to ask it. Only
 * a process that gives programs groups of their own keeps one: others must leave nothing behind.
 */
export class LookingShell {
  readonly child: StartedProcess;
  readonly #settings: ShellSettings;
  #onAnswers: (answers: Buffer) => void = () => undefined;

  /** The one that nobody uses now. */
  static #kept: LookingShell | undefined;

  private constructor(child: StartedProcess, settings: ShellSettings) {
    this.child = child;
    this.#settings = settings;
  }

  /** One that nobody else uses. @throws Error if it cannot be started. */
  static async get(settings: ShellSettings): Promise<LookingShell> {
    const kept = LookingShell.#kept;
    LookingShell.#kept = undefined;
    if (kept !== undefined && isAlike(kept.#settings, settings)) return kept;
    kept?.child.input?.end();
    return LookingShell.#start(settings);
  }

  static async #start(settings: ShellSettings): Promise<LookingShell> {
    let onOutput: (chunk: Buffer) => void = () => undefined;
    const child = await startProcess({
      file: 'sh',
      argv: ['sh', '-c', lookingScript, 'sh', ':'],
      ...settings,
      isInputOpen: true,
      holdsPid: true,
      output: {
        kind: 'one-pipe',
        onOutput: (chunk) => {
          onOutput(chunk);
        },
      },
    });
    if (child.kind === 'not-started') throw new Error(`Cannot start sh: ${child.code}`);
    const shell = new LookingShell(child, settings);
    onOutput = (chunk) => {
      shell.#onAnswers(chunk);
    };
    void child.ended.then(() => {
      if (LookingShell.#kept === shell) LookingShell.#kept = undefined;
      // Not before the look that waits for it has forgotten its family.
      setImmediate(() => {
        child.letGo();
      });
    });
    return shell;
  }

  /** Looks for these, and tells of one after the other whether it is there. Settles after the last, or when the shell ends. */
  async look(paths: readonly string[], onAnswer: (isThere: boolean) => void): Promise<void> {
    const all = Promise.withResolvers<undefined>();
    let left = paths.length;
    this.#onAnswers = (answers) => {
      for (const byte of answers) onAnswer(byte === plus);
      left -= answers.length;
      if (left <= 0) all.resolve(undefined);
    };
    let forget: () => void = () => undefined;
    const late = setTimeout(() => {
      forget = addLiveFamily(new Family(this.child.pid, this.#settings.group !== 'inherited'), true);
    }, tellAfterMs);
    this.child.input?.write(bytesOf(paths.map(lookingLine).join('')));
    await Promise.race([all.promise, this.child.ended]);
    clearTimeout(late);
    forget();
  }

  /** Keeps it for the next look, unless another shell is kept. */
  keep(): void {
    if (this.#settings.group !== 'own' || LookingShell.#kept !== undefined) {
      this.child.input?.end();
      return;
    }
    this.child.unref();
    LookingShell.#kept = this;
  }
}

const isAlike = (one: ShellSettings, other: ShellSettings): boolean =>
  one.group === other.group && one.environment['PATH'] === other.environment['PATH'];
