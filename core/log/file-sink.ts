import { close, constants, open } from 'node:fs';
import { promisify } from 'node:util';
import type { Sink } from './sink.ts';
import { writeAll } from './write-all.ts';

const openFile = promisify(open);
const closeFile = promisify(close);

/**
 * The flags with which a log is opened. If it is a pipe without a reader, or with one that does not read, the logging
 * process must not wait.
 */
export const logFileFlags =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK | constants.O_NOCTTY;

/** The mode of a new log, the same as CTDB's. */
export const logFileMode = 0o644;

/**
 * Appends lines to a file (0644 if it is new) through a descriptor that stays open. A file system that hangs costs one
 * thread of Node's pool, and nothing else.
 */
export class FileSink implements Sink {
  readonly name: string;
  readonly #path: string;
  #descriptor: number | undefined;
  #stale = false;

  constructor(path: string) {
    this.#path = path;
    this.name = `the file ${path}`;
  }

  async send(lines: readonly Buffer[]): Promise<void> {
    if (this.#stale) await this.close();
    this.#stale = false;
    this.#descriptor ??= await openFile(this.#path, logFileFlags, logFileMode);
    await writeAll(this.#descriptor, lines);
  }

  reopen(): void {
    this.#stale = true;
  }

  async close(): Promise<void> {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor !== undefined) await closeFile(descriptor);
  }
}
