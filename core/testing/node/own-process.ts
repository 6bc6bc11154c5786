import { AsyncLocalStorage } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';
import { format } from 'node:util';
import { authorFrames } from '../../plugin-loading/author-frames.ts';
import type { EntryOutput } from '../../run/entry-output.ts';
import type { ProcessParts } from '../../run/plugin/plugin-runner.ts';

/** One handler that runs. */
interface RunningHandler {
  readonly plugin: string;
  readonly event: string;
  readonly output: EntryOutput | undefined;
  /** Fails the event with an error that nobody awaits. */
  readonly fail: (error: unknown) => void;
  /** Gets what fails the test, whatever the handler makes of it. */
  readonly refuse: (refusal: Error) => void;
  /** Whether its event goes on. */
  isOver: boolean;
}

/** Knows in every callback which handler it came from. Everything else in the process has none, and sees nothing of this. */
const running = new AsyncLocalStorage<RunningHandler>();

/** Does work of the test's own, which is not bound by what a handler may do. */
export const outsideHandler = <T>(work: () => T): T => running.exit(work);

/** A plugin uses time that no test can move. */
export class BareTime extends Error {
  override name = 'BareTime';
}

/**
 * What a runner shares with the process, for a runner of which there may be many: a handler's output is what is written while it is
 * the one that writes, its errors are those that come from it, and JavaScript's own time is refused to it alone.
 */
export class OwnProcess implements ProcessParts {
  readonly #event: () => string;
  readonly #refuse: (refusal: Error) => void;
  readonly #late: (error: unknown, plugin: string) => void;
  #output: EntryOutput | undefined;

  /**
   * @param event says which event goes on
   * @param refuse gets what fails the test
   * @param late gets an error that nobody awaited, of a handler whose event is over
   */
  constructor(
    event: () => string,
    refuse: (refusal: Error) => void,
    late: (error: unknown, plugin: string) => void,
  ) {
    this.#event = event;
    this.#refuse = refuse;
    this.#late = late;
    takeOver();
  }

  readonly streams: ProcessParts['streams'] = {
    belongTo: (_name, output) => {
      this.#output = output;
      return {
        [Symbol.dispose]: () => {
          if (this.#output === output) this.#output = undefined;
        },
      };
    },
  };

  readonly unawaited: ProcessParts['unawaited'] = {
    during: async <T>(plugin: string, work: () => Promise<T>): Promise<T> => {
      const failed = Promise.withResolvers<never>();
      failed.promise.catch(() => undefined);
      const handler: RunningHandler = {
        plugin,
        event: this.#event(),
        output: this.#output,
        refuse: this.#refuse,
        isOver: false,
        fail: (error) => {
          if (handler.isOver) this.#late(error, plugin);
          else failed.reject(error);
        },
      };
      try {
        return await running.run(handler, () => Promise.race([failed.promise, work()]));
      } finally {
        handler.isOver = true;
      }
    },
  };
}

let isTakenOver = false;

/** Has what a handler writes, leaves and times seen. For everything else in the process all stays as it was. */
function takeOver(): void {
  if (isTakenOver) return;
  isTakenOver = true;
  for (const name of ['stdout', 'stderr'] as const) watchStream(process[name]);
  for (const name of ['log', 'info', 'debug', 'warn', 'error'] as const) watchConsole(name);
  watchErrors();
  refuseBareTime();
}

function watchStream(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  const watched = (...args: unknown[]): boolean => {
    const output = running.getStore()?.output;
    if (output === undefined) return write(...args);
    const [chunk] = args;
    output.add(typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk as Uint8Array));
    const done = args.at(-1);
    if (typeof done === 'function') process.nextTick(done);
    return true;
  };
  stream.write = watched;
}

/** Test runners have a console of their own. */
function watchConsole(name: 'log' | 'info' | 'debug' | 'warn' | 'error'): void {
  const original = console[name].bind(console);
  console[name] = (...args: unknown[]) => {
    const output = running.getStore()?.output;
    if (output === undefined) original(...args);
    else output.addLine(format(...args));
  };
}

/** An error of a handler that nobody awaits fails its event, and not the test runner. */
function watchErrors(): void {
  const emit = process.emit.bind(process) as (...args: unknown[]) => boolean;
  const watched = (...args: unknown[]): boolean => {
    const [name, error] = args;
    const handler = running.getStore();
    if (handler === undefined || (name !== 'unhandledRejection' && name !== 'uncaughtException'))
      return emit(...args);
    handler.fail(error);
    return true;
  };
  process.emit = watched as typeof process.emit;
}

function refuseBareTime(): void {
  const timers = process.getBuiltinModule('node:timers');
  const timersPromises = process.getBuiltinModule('node:timers/promises');
  refuseMember(globalThis, 'setTimeout', 'setTimeout', 'ctx.sleep(ms)');
  refuseMember(globalThis, 'setInterval', 'setInterval', 'ctx.sleep(ms) in a loop');
  refuseMember(timers, 'setTimeout', 'setTimeout', 'ctx.sleep(ms)');
  refuseMember(timers, 'setInterval', 'setInterval', 'ctx.sleep(ms) in a loop');
  refuseMember(timersPromises, 'setTimeout', 'setTimeout of node:timers/promises', 'ctx.sleep(ms)');
  refuseMember(
    timersPromises,
    'setInterval',
    'setInterval of node:timers/promises',
    'ctx.sleep(ms) in a loop',
  );
  syncBuiltinESMExports();
  refuseMember(AbortSignal, 'timeout', 'AbortSignal.timeout', 'ctx.signal, or timeoutMs of a command');
  refuseMember(performance, 'now', 'performance.now()', 'ctx.monotonicMs()');
  refuseMember(Date, 'now', 'Date.now()', 'ctx.now()');
  refuseNewDate();
}

function refuseMember(object: object, name: string, called: string, use: string): void {
  const original = Reflect.get(object, name) as (...args: unknown[]) => unknown;
  const watched = function (this: unknown, ...args: unknown[]): unknown {
    refuseInHandler(called, use, watched);
    return Reflect.apply(original, this, args);
  };
  Object.defineProperties(watched, Object.getOwnPropertyDescriptors(original));
  Object.defineProperty(object, name, {
    value: watched,
    configurable: true,
    writable: true,
    enumerable: true,
  });
}

/** `new Date()` tells the time; with an argument it does not. */
function refuseNewDate(): void {
  const construct = (target: DateConstructor, args: unknown[], self: typeof Function): object => {
    if (args.length === 0) refuseInHandler('new Date()', 'new Date(ctx.now())', construct);
    return Reflect.construct(target, args as [], self) as object;
  };
  const apply = (target: DateConstructor, self: unknown, args: []): string => {
    refuseInHandler('Date()', 'new Date(ctx.now())', apply);
    return Reflect.apply(target, self, args);
  };
  const watched = new Proxy(Date, { construct, apply });
  Object.defineProperty(globalThis, 'Date', { value: watched, configurable: true, writable: true });
}

/** @throws BareTime if an author's file makes the call, in a handler. `callee` is what is called. */
function refuseInHandler(called: string, use: string, callee: (...args: never) => unknown): void {
  const handler = running.getStore();
  if (handler === undefined) return;
  const place = callerOf(callee);
  if (place === undefined) return;
  const { plugin, event } = handler;
  const refusal = new BareTime(
    `${plugin} at ${event} calls ${called} (${place}), which no test can move and no event ends: use ${use}`,
  );
  handler.refuse(refusal);
  throw refusal;
}

/** The place in an author's file that made the call; undefined if a package, Node or this program made it. */
function callerOf(callee: (...args: never) => unknown): string | undefined {
  const error = new Error();
  Error.captureStackTrace(error, callee);
  const [caller = ''] = (error.stack ?? '').split('\n').slice(1);
  const [frame] = authorFrames(Object.assign(new Error(), { stack: caller }));
  return frame === undefined || frame.path.includes('/node_modules/')
    ? undefined
    : `${frame.path}:${frame.line}`;
}
