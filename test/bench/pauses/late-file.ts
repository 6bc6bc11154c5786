import { closeSync, readSync, readlinkSync, writeSync } from 'node:fs';
import koffi from 'koffi';
import type { Machine } from '../../cluster/machine.ts';

const library = koffi.load(null);
const init = library.func('int fanotify_init(unsigned int flags, unsigned int fileFlags)');
const mark = library.func(
  'int fanotify_mark(int group, unsigned int flags, uint64_t mask, int directory, const char *path)',
);

/** FAN_CLASS_CONTENT, FAN_NONBLOCK and FAN_CLOEXEC of linux/fanotify.h. */
const groupFlags = 0x04 | 0x02 | 0x01;
/** O_LARGEFILE, for the files that come with events. */
const fileFlags = 0x8000;
/** FAN_MARK_ADD. */
const add = 0x01;
/** FAN_ACCESS_PERM. */
const reading = 0x20000n;
/** AT_FDCWD. */
const here = -100;
/** FAN_ALLOW. */
const allow = 0x01;

/** fanotify_event_metadata: 24 bytes, with the file and the process at these. */
const event = { bytes: 24, fileAt: 16, processAt: 20 } as const;

/** Between two looks at who reads, in milliseconds. */
const pollMs = 2;

/**
 * A file whose content is not there yet, as with hierarchical storage: who reads it waits in the kernel, whatever server that
 * is (fanotify(7)).
 *
 * It is watched all the time: Linux 6.14 and later look for a watch only when a file is opened, and servers keep it open.
 */
export class LateFile implements Disposable {
  readonly #group: number;
  readonly #timer: NodeJS.Timeout;
  readonly #waiting: number[] = [];
  #network: string | undefined;

  constructor(path: string) {
    this.#group = Number(init(groupFlags, fileFlags));
    if (this.#group < 0) throw new Error(`fanotify_init fails with error ${koffi.errno()}`);
    if (Number(mark(this.#group, add, reading, here, path)) < 0)
      throw new Error(`fanotify_mark of ${path} fails with error ${koffi.errno()}`);
    this.#timer = setInterval(() => {
      this.#look();
    }, pollMs);
  }

  /** Whoever reads it from now on waits, if it is a process of this machine. */
  delay(machine: Machine): void {
    this.#network = networkOf(machine.pid);
  }

  /** Whoever reads it from now on does not wait; who waits does so until `finish`. */
  bring(): void {
    this.#look();
    this.#network = undefined;
  }

  /** Ends all waiting. */
  finish(): void {
    this.bring();
    for (const file of this.#waiting.splice(0)) this.#allow(file);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    // The kernel lets all go that wait.
    closeSync(this.#group);
  }

  #look(): void {
    const events = Buffer.alloc(100 * event.bytes);
    const length = this.#read(events);
    for (let at = 0; at < length; at += event.bytes) {
      const file = events.readInt32LE(at + event.fileAt);
      const isLate =
        this.#network !== undefined && networkOf(events.readInt32LE(at + event.processAt)) === this.#network;
      if (isLate) this.#waiting.push(file);
      else this.#allow(file);
    }
  }

  #read(events: Buffer): number {
    try {
      return readSync(this.#group, events);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0;
      throw error;
    }
  }

  #allow(file: number): void {
    const response = Buffer.alloc(8);
    response.writeInt32LE(file, 0);
    response.writeUInt32LE(allow, 4);
    writeSync(this.#group, response);
    closeSync(file);
  }
}

/** The network namespace of a process, as each machine has one of its own; undefined if somebody has just ended it. */
function networkOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined;
  }
}
