import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import type { Machine } from './machine.ts';

/** How long a command in a terminal may take, and how often the screen is looked at, in milliseconds. */
const patienceMs = 30_000;
const lookMs = 50;

const prompt = 'on-call# ';

/** A terminal of 160 columns in which a person has logged in to a machine: keys go in, and the screen is read. */
export class Terminal {
  readonly #server = `ctdb-hook-${randomUUID()}`;

  private constructor() {
    // Made by `open`.
  }

  /** Opens one. What is in this directory is found like any command. */
  static async open(machine: Machine, programs: string): Promise<Terminal> {
    const terminal = new Terminal();
    const path = `${programs}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
    const shell = [
      'env',
      '-i',
      'TERM=screen',
      'LC_ALL=C.UTF-8',
      `PATH=${path}`,
      `PS1=${prompt}`,
      'bash',
      '--norc',
      '--noprofile',
      '-i',
    ];
    const size = ['-x', '160', '-y', '50'];
    await terminal.#tmux('new-session', '-d', ...size, 'nsenter', ...machine.entrance(), ...shell);
    await terminal.#screenWhenReady();
    return terminal;
  }

  /** Types a command, and waits until it has ended. Returns what it showed, line by line, also what has left the screen. */
  async type(command: string): Promise<string[]> {
    await this.#tmux('send-keys', '-R', 'C-l');
    await this.#tmux('clear-history');
    await this.#screenWhenReady();
    await this.#tmux('send-keys', '-l', command);
    await this.#tmux('send-keys', 'Enter');
    const lines = await this.#screenWhenReady(`${prompt}${command}`);
    return lines.slice(1, -1);
  }

  /** Ends it. */
  async close(): Promise<void> {
    await this.#tmux('kill-server');
  }

  /** The screen, when a prompt stands at its end, and if a command is given that one's output. */
  async #screenWhenReady(first?: string): Promise<string[]> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      // -J: what the terminal has wrapped is one line again.
      const text = await this.#tmux('capture-pane', '-p', '-J', '-S', '-');
      const lines = text.trimEnd().split('\n');
      const isReady = lines.at(-1)?.trim() === prompt.trim();
      if (isReady && (first === undefined || (lines.length > 1 && lines[0]?.trimEnd() === first)))
        return lines;
      if (performance.now() > deadline) throw new Error(`No prompt in ${patienceMs} ms:\n${text}`);
      await delay(lookMs);
    }
  }

  async #tmux(...words: readonly string[]): Promise<string> {
    const { stdout } = await execa('tmux', ['-f', '/dev/null', '-L', this.#server, ...words], {
      stdin: 'ignore',
      env: { TERM: 'screen', LC_ALL: 'C.UTF-8' },
    });
    return stdout;
  }
}
