import { openSync, readdirSync, writeSync } from 'node:fs';
import { type FileHandle, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeDirectory } from '../files/make-directory.ts';
import { checkTrust } from '../files/trust.ts';
import { settlesWithin } from '../process/settles-within.ts';
import { frame } from './frame.ts';
import type { HistoryPlace } from './history-place.ts';
import { type HistoryNote, type HistoryRun, historyVersion } from './record.ts';
import { RunShortener } from './run-shortener.ts';
import { segmentName, segmentNumbers } from './segment-names.ts';

/** How many files there are when the history is full. The oldest goes when a new one is begun. */
const segmentsMax = 16;

/** Most records that wait for a disk that does not answer. A burst of takeips is below. */
const waitingMax = 20_000;

/** How long no record must have come before those that wait are written, in milliseconds: then their events have been answered. */
const quietMs = 10;

/** How long a record waits at most, in milliseconds, while others come: in a burst they are written together. */
const burstMs = 100;

/** How long the end of a process waits for the disk, in milliseconds. */
const closeMs = 500;

/** After how long it is tried again where the history could not be kept, in milliseconds. */
const retryMs = 60_000;

/** After how many bytes it is looked whether the file and the space are still there. */
const lookBytes = 1 << 16;

/** The space that is left free for others, in bytes. */
const freeMin = 64 * 2 ** 20;

/**
 * Writes the history of a node. It neither fails nor delays anybody: records are written after the event, by one write at a time
 * in a thread of Node's, so that a disk which hangs holds up that one alone. What cannot be written is counted.
 */
export class HistoryWriter {
  readonly #place: HistoryPlace;
  readonly #report: (message: string) => void;
  readonly #shortener = new RunShortener();
  #waiting: (HistoryRun | HistoryNote)[] = [];
  #lost = 0;
  #writing: Promise<void> | undefined;
  #file: FileHandle | undefined;
  #unseenBytes = 0;
  #pausedUntilMs = 0;
  #isKept = true;

  /** @param report gets a line when the history can no longer be kept, and when it can be again. */
  constructor(place: HistoryPlace, report: (message: string) => void) {
    this.#place = place;
    this.#report = report;
  }

  /** Adds a record. It is written soon. */
  add(record: HistoryRun | HistoryNote): void {
    if (this.#waiting.length >= waitingMax || performance.now() < this.#pausedUntilMs) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(record);
    this.#writing ??= this.#untilQuiet()
      .then(() => this.#writeAll())
      .finally(() => {
        this.#writing = undefined;
      });
  }

  /** Waits until all is written, but not for long: its process ends. Closes the file. */
  async close(withinMs = closeMs): Promise<void> {
    if (this.#writing !== undefined) await settlesWithin(this.#writing, withinMs);
    if (this.#writing === undefined) await this.#close();
  }

  /** Writes at once what waits still, where there is a history already: this process ends. */
  writeNow(): void {
    if (this.#waiting.length === 0) return;
    try {
      const fd = this.#file?.fd ?? this.#openNow();
      writeSync(fd, this.#textOf(this.#waiting.splice(0)));
    } catch {
      return; // Nobody is left to be told.
    }
  }

  /** Opens the newest file at once, if there is one. */
  #openNow(): number {
    const { directory } = this.#place;
    checkTrust(directory);
    const newest = segmentNumbers(readdirSync(directory)).at(-1);
    if (newest === undefined) throw new Error(`no history is in ${directory} yet`);
    this.#shortener.forget();
    return openSync(this.#path(newest), 'a');
  }

  async #untilQuiet(): Promise<void> {
    const beganMs = performance.now();
    let seen: number;
    do {
      seen = this.#waiting.length;
      await sleep(quietMs);
    } while (this.#waiting.length > seen && performance.now() - beganMs < burstMs);
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) await this.#write();
      if (!this.#isKept) this.#report(`The history is kept again; ${this.#lost} records are missing`);
      this.#isKept = true;
      this.#lost = 0;
    } catch (error) {
      this.#pause(error);
    }
  }

  async #write(): Promise<void> {
    const file = await this.#current();
    const records = this.#waiting.splice(0);
    const bytes = Buffer.from(this.#textOf(records));
    try {
      for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
    } catch (error) {
      this.#lost += records.length;
      throw error;
    }
    this.#unseenBytes += bytes.length;
  }

  #textOf(records: readonly (HistoryRun | HistoryNote)[]): string {
    return records
      .map((record) => frame(record.kind === 'run' ? this.#shortener.shorten(record) : record))
      .join('');
  }

  #pause(error: unknown): void {
    this.#lost += this.#waiting.splice(0).length;
    this.#pausedUntilMs = performance.now() + retryMs;
    void this.#close().catch(() => undefined);
    if (!this.#isKept) return; // That is known, whatever the reason is by now.
    this.#isKept = false;
    const why = error instanceof Error ? error.message : String(error);
    this.#report(`WARNING: the history in ${this.#place.directory} is not kept: ${why}`);
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  /** The file to write to. It is another one when this one is full, or was removed. */
  async #current(): Promise<FileHandle> {
    if (this.#file !== undefined && this.#unseenBytes >= lookBytes) {
      this.#unseenBytes = 0;
      const { nlink, size } = await this.#file.stat();
      if (nlink === 0 || size >= this.#segmentBytes) await this.#close();
      else await this.#checkSpace();
    }
    return (this.#file ??= await this.#open());
  }

  get #segmentBytes(): number {
    return this.#place.bytesMax / segmentsMax;
  }

  async #open(): Promise<FileHandle> {
    const { directory } = this.#place;
    makeDirectory(directory);
    checkTrust(directory);
    await this.#checkSpace();
    const numbers = segmentNumbers(await readdir(directory));
    const newest = numbers.at(-1) ?? 0;
    const size = newest === 0 ? Infinity : (await stat(this.#path(newest))).size;
    const isFull = size >= this.#segmentBytes;
    if (isFull) await this.#removeOld(numbers);
    const file = await open(this.#path(isFull ? newest + 1 : newest), 'a', 0o600);
    this.#shortener.forget();
    this.#unseenBytes = 0;
    if ((await file.stat()).size === 0) await file.write(frame({ kind: 'history', version: historyVersion }));
    return file;
  }

  readonly #path = (number: number): string => join(this.#place.directory, segmentName(number));

  /** Leaves room for one more file. */
  async #removeOld(numbers: readonly number[]): Promise<void> {
    const { bytesMax, daysMax } = this.#place;
    const oldestMs = Date.now() - daysMax * 86_400_000;
    let bytes = this.#segmentBytes;
    for (const number of numbers.toReversed()) {
      const found = await stat(this.#path(number));
      bytes += found.size;
      if (bytes > bytesMax || found.mtimeMs < oldestMs) await rm(this.#path(number), { force: true });
    }
  }

  async #checkSpace(): Promise<void> {
    const { bavail, bsize } = await statfs(this.#place.directory);
    const free = bavail * bsize;
    if (free < freeMin)
      throw new Error(
        `${Math.floor(free / 2 ** 20)} MiB are free there, expected ${freeMin / 2 ** 20} at least`,
      );
  }
}
