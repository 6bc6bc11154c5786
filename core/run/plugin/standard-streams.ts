import { Writable } from 'node:stream';
import type { EntryOutput, OutputSink } from '../entry-output.ts';

/** The plugin to which the output of the process belongs now. */
interface Writer {
  readonly name: string;
  readonly output: EntryOutput;
}

/**
 * Makes what plugins write to standard output and error part of their events' output, in order, and keeps a plugin that
 * calls `process.exit` from passing for one that succeeded.
 *
 * Once per process: `console` keeps the first stream that it sees.
 */
export class StandardStreams {
  readonly #otherwise: OutputSink;
  #writer: Writer | undefined;

  /** @param otherwise gets what is written while no plugin runs. */
  constructor(otherwise: OutputSink) {
    this.#otherwise = otherwise;
    this.#replace('stdout');
    this.#replace('stderr');
    process.on('exit', () => {
      if (this.#writer === undefined) return;
      const { name, output } = this.#writer;
      output.addLine(`ERROR: ${name} ended the process, or waited for nothing, before its handler was done`);
      process.exitCode = 1;
    });
  }

  /** Until disposed, what is written is this plugin's. */
  belongTo(name: string, output: EntryOutput): Disposable {
    this.#writer = { name, output };
    return {
      [Symbol.dispose]: () => {
        this.#writer = undefined;
      },
    };
  }

  /** The stream is made when it is first asked for, since making one takes as long as loading a module. */
  #replace(name: 'stdout' | 'stderr'): void {
    let stream: Writable | undefined;
    const write = (chunk: Buffer, _encoding: string, done: () => void): void => {
      if (this.#writer === undefined) this.#otherwise(chunk);
      else this.#writer.output.add(chunk);
      done();
    };
    Object.defineProperty(process, name, {
      configurable: true,
      enumerable: true,
      get: () => (stream ??= new Writable({ write })),
    });
  }
}
