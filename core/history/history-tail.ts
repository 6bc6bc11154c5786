import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { unframe } from './frame.ts';
import { RecordReader, type Wanted } from './history-reader.ts';
import type { HistoryNote, HistoryRun } from './record.ts';
import { segmentName, segmentNumbers } from './segment-names.ts';

/** How much is read at a time, in bytes. */
const chunkBytes = 1 << 16;

/** Longer than any record: what is longer is none. */
const lineLengthMax = 1 << 24;

/** A file that is being read. */
interface Open {
  readonly number: number;
  readonly reader: RecordReader;
  offset: number;
  /** What has come of the last line, which may be the begin of a record. */
  rest: string;
  readonly decoder: StringDecoder;
}

/** Reads a history while it is written. */
export class HistoryTail {
  readonly #directory: string;
  readonly #wanted: Wanted;
  #open: Open | undefined;

  constructor(directory: string, wanted: Wanted) {
    this.#directory = directory;
    this.#wanted = wanted;
  }

  /**
   * What was added since the last call; at the first call all that is wanted of the newest two files.
   *
   * @throws the error of the file system, such as EACCES.
   */
  *read(): Generator<HistoryRun | HistoryNote> {
    const numbers = this.#numbers();
    if (this.#open === undefined) {
      const first = numbers.at(-2) ?? numbers.at(-1);
      if (first === undefined) return;
      this.#open = this.#begin(first);
    }
    yield* this.#readOpen(this.#open);
    for (const number of numbers.filter((each) => each > (this.#open?.number ?? 0))) {
      this.#open = this.#begin(number);
      yield* this.#readOpen(this.#open);
    }
  }

  #numbers(): number[] {
    try {
      return segmentNumbers(readdirSync(this.#directory));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  #begin(number: number): Open {
    const reader = new RecordReader(this.#path(number), this.#wanted);
    return { number, reader, offset: 0, rest: '', decoder: new StringDecoder() };
  }

  #path(number: number): string {
    return join(this.#directory, segmentName(number));
  }

  *#readOpen(open: Open): Generator<HistoryRun | HistoryNote> {
    for (const chunk of this.#chunksOf(open)) {
      const lines = (open.rest + open.decoder.write(chunk)).split('\n');
      const last = lines.pop() ?? '';
      // A record ends where the next begins. The last one is whole if its checksum is right.
      const isWhole = unframe(last) !== undefined;
      open.rest = isWhole || last.length > lineLengthMax ? '' : last;
      for (const line of isWhole ? [...lines, last] : lines) {
        const record = line === '' ? undefined : open.reader.read(line.replaceAll('\0', ''));
        if (record !== undefined && record.kind !== 'unreadable') yield record;
      }
    }
  }

  *#chunksOf(open: Open): Generator<Buffer> {
    let fd: number;
    try {
      fd = openSync(this.#path(open.number), 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // It was the oldest, and has gone.
      throw error;
    }
    try {
      for (;;) {
        const chunk = Buffer.alloc(chunkBytes);
        const read = readSync(fd, chunk, 0, chunk.length, open.offset);
        if (read === 0) return;
        open.offset += read;
        yield chunk.subarray(0, read);
      }
    } finally {
      closeSync(fd);
    }
  }
}
