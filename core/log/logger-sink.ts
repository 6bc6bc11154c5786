import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { Socket } from 'node:net';
import { lineBytesMax } from './log-lines.ts';
import type { Sink } from './sink.ts';

/** How long a `logger` that was told to end may take to send the lines that it has, in milliseconds. */
const endMs = 5000;

/** The options of `logger`. */
export interface LoggerOptions {
  /** The program's name in the log. */
  readonly ident: string;
  readonly pid: number;
  /** The syslog daemon's socket, /dev/log if undefined. */
  readonly socket?: string | undefined;
}

/**
 * Passes lines to the local syslog daemon through one long-lived `logger` of util-linux. Node cannot open a datagram socket
 * of the Unix domain, and `logger` connects again when the syslog daemon restarts. If the syslog daemon hangs, `logger`
 * waits, not this process. When `logger` dies, the lines that it had are lost: at most the 64 KiB of a pipe.
 */
export class LoggerSink implements Sink {
  readonly name = 'syslog';
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  /** Ends the pending call of `send`. */
  #fail: ((error: Error) => void) | undefined;

  constructor({ ident, pid, socket }: LoggerOptions) {
    const size = `--size=${2 * lineBytesMax}`;
    const target = socket === undefined ? [] : [`--socket=${socket}`];
    this.#args = ['--prio-prefix', '--socket-errors=off', size, `--tag=${ident}`, `--id=${pid}`, ...target];
  }

  async send(lines: readonly Buffer[]): Promise<void> {
    const child = (this.#child ??= this.#start());
    await new Promise<void>((resolve, reject) => {
      this.#fail = reject;
      child.stdin?.write(Buffer.concat(lines), (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  reopen(): void {
    // `logger` connects to the socket anew by itself.
  }

  close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return Promise.resolve();
    const kill = setTimeout(() => child.kill('SIGKILL'), endMs).unref();
    child.once('exit', () => {
      clearTimeout(kill);
    });
    return new Promise((resolve) => {
      child.stdin?.end(resolve);
    });
  }

  #start(): ChildProcess {
    // It has a group of its own: a signal to our group must not end the log.
    const options: SpawnOptions = { stdio: ['pipe', 'ignore', 'ignore'], detached: true };
    const child: ChildProcess = spawn('logger', this.#args, options);
    const ended = (why: string): void => {
      child.stdin?.destroy();
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#fail?.(new Error(why));
    };
    child.on('error', (error) => {
      ended(`cannot run logger: ${error.message}`);
    });
    child.on('exit', (code, signal) => {
      ended(`logger ended by ${signal ?? `exit code ${code ?? 'unknown'}`}`);
    });
    child.stdin?.on('error', (error) => {
      ended(`logger does not read: ${error.message}`);
    });
    child.unref();
    // The log does not keep the program running.
    if (child.stdin instanceof Socket) child.stdin.unref();
    return child;
  }
}
