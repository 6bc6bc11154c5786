import { Writable } from 'node:stream';
import type { EntryOutput } from './entry-output.ts';

/**
 * Makes what a plugin writes to standard output or error part of its event's output, in order, and keeps a plugin that
 * calls `process.exit` from passing for one that succeeded.
 */
export function captureStandardStreams(name: string, output: EntryOutput): Disposable {
  const before = (['stdout', 'stderr'] as const).map((stream) => replaceStream(stream, output));
  const onExit = (): void => {
    output.addLine(`ERROR: ${name} called process.exit before its handler was done`);
    process.exitCode = 1;
  };
  process.on('exit', onExit);
  return {
    [Symbol.dispose]() {
      process.off('exit', onExit);
      for (const restore of before) restore();
    },
  };
}

/** The stream is made when it is first asked for, since making one takes as long as loading a module. */
function replaceStream(name: 'stdout' | 'stderr', output: EntryOutput): () => void {
  const original = Object.getOwnPropertyDescriptor(process, name);
  let stream: Writable | undefined;
  const write = (chunk: Buffer, _encoding: string, done: () => void): void => {
    output.add(chunk);
    done();
  };
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get: () => (stream ??= new Writable({ write })),
  });
  return () => {
    if (original !== undefined) Object.defineProperty(process, name, original);
  };
}
