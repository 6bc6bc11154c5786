import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Most lines that a program may write; one that writes more is broken. */
const linesMax = 1000;

/** A program that runs beside the test until its standard input ends, and the lines it has written so far. */
export class Program {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: string[] = [];

  constructor(file: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface(this.#child.stdout).on('line', (line) => {
      if (this.#lines.length < linesMax) this.#lines.push(line);
    });
  }

  /** What it has written to standard output, line by line. */
  get lines(): readonly string[] {
    return [...this.#lines];
  }

  /** Ends its standard input, which asks it to exit, and waits until it has. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.stdin.end();
    await exit;
  }
}
