import { ErrnoError } from './errno-error.ts';
import { type Libc, loadLibc } from './libc.ts';

/** The numbers of sched_getattr(2), sched_getaffinity(2) and ioprio_get(2). */
const numbers = {
  x64: { attributes: 315, processors: 204, inputOutput: 252 },
  arm64: { attributes: 275, processors: 123, inputOutput: 31 },
};

/** From <linux/ioprio.h>. */
const IOPRIO_WHO_PROCESS = 1;

/** The size of a struct sched_attr with utilization clamps; an older kernel fills less of it. */
const attributeBytes = 56;

/** Enough for as many processors as Linux can have, 8192. */
const processorBytes = 1024;

/** Asks the kernel how it schedules processes. */
export class Scheduling {
  readonly #libc: Libc;
  readonly #number = process.arch === 'arm64' ? numbers.arm64 : numbers.x64;
  readonly #attributes = Buffer.alloc(attributeBytes);
  readonly #processors = Buffer.alloc(processorBytes);

  private constructor(libc: Libc) {
    this.#libc = libc;
  }

  static async load(): Promise<Scheduling> {
    return new Scheduling(await loadLibc());
  }

  /**
   * How a process is scheduled, as text to be compared: policy, nice value, priority and clamps, the processors that it may run on,
   * and its class and priority of input and output.
   *
   * @throws ErrnoError if the process has ended.
   */
  of(pid: number): string {
    const attributes = this.#ask(this.#number.attributes, pid, this.#attributes, attributeBytes);
    const processors = this.#ask(this.#number.processors, pid, processorBytes, this.#processors);
    const inputOutput = this.#ask(this.#number.inputOutput, IOPRIO_WHO_PROCESS, pid, 0);
    // Between the priority and the clamps is what only SCHED_DEADLINE has, whose processes cannot start others.
    const attribute = this.#attributes;
    return [
      attributes < 0 ? attributes : attribute.toString('latin1', 4, 24) + attribute.toString('latin1', 48),
      processors < 0 ? processors : this.#processors.toString('latin1', 0, processors),
      inputOutput,
    ].join('/');
  }

  /** The answer of a system call; a negative one if it is not permitted, or not there, as in some containers. */
  #ask(number: number, ...args: readonly [number, number | Buffer, number | Buffer]): number {
    const [one, two, three] = args.map((arg) =>
      typeof arg === 'number' ? arg : this.#libc.addressOf(arg),
    ) as [number, number | bigint, number | bigint];
    try {
      return this.#libc.call('syscall', number, one, two, three, 0);
    } catch (error) {
      if (!(error instanceof ErrnoError) || error.code === 'ESRCH') throw error;
      return -1;
    }
  }
}
