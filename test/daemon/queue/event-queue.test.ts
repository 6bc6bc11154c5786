import * as fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  burstMax,
  type EventAnswer,
  EventQueue,
  type EventRequest,
  waitingMax,
} from '../../../core/daemon/queue/event-queue.ts';
import { remainingMs } from '../../../core/process/deadline.ts';

/** An event that has begun, which the test ends. */
interface Begun {
  readonly request: EventRequest;
  readonly following: readonly EventRequest[];
  readonly end: PromiseWithResolvers<EventAnswer>;
}

/** A queue whose events the test ends, and what has come of it. */
function controlled() {
  const begun: Begun[] = [];
  const reports: string[] = [];
  const queue = new EventQueue(
    (request, following) => {
      const end = Promise.withResolvers<EventAnswer>();
      begun.push({ request, following, end });
      return end.promise;
    },
    (message) => reports.push(message),
  );
  return { queue, begun, reports };
}

const event = (name: string) => ({ name, argv: [] });
const address = (name: string, ip: string) => ({ name, argv: ['eth0', ip, '24'] });
const textOf = ({ event: { name, argv } }: EventRequest): string => `${name} ${argv[1] ?? ''}`;
const over = Promise.resolve();

/** Ends so many events, each when it has begun. */
async function endAll(begun: readonly Begun[], count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await expect.poll(() => begun.length, { interval: 1 }).toBeGreaterThan(index);
    begun[index]?.end.resolve({ result: 0, over });
  }
}

/** What may happen to a queue. */
type Step =
  | { readonly kind: 'add'; readonly name: string }
  /** What runs ends; `isOver` unless something of it has to be cleared away first. */
  | { readonly kind: 'finish'; readonly result: number; readonly isOver: boolean }
  | { readonly kind: 'cleared' };

const aStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), name: fc.constantFrom('monitor', 'takeip', 'releaseip') }),
  fc.record({
    kind: fc.constant('finish' as const),
    result: fc.constantFrom(0, 8, 110),
    isOver: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('cleared' as const) }),
);

/** How the queue has to behave, as simply as it can be said. An event is the number of its `add`. */
class Model {
  readonly names: string[] = [];
  readonly began: number[] = [];
  readonly answers: (number | undefined)[] = [];
  readonly cancelled = new Set<number>();
  #waiting: number[] = [];
  #running: number | undefined;
  #isClearing = false;

  step(step: Step): void {
    if (step.kind === 'add') this.#add(step.name);
    else if (this.#running === undefined || this.#isClearing !== (step.kind === 'cleared')) return;
    else if (step.kind === 'cleared') this.#next();
    else {
      this.answers[this.#running] ??= step.result;
      if (step.isOver) this.#next();
      else this.#isClearing = true;
    }
  }

  #add(name: string): void {
    const id = this.names.push(name) - 1;
    this.answers.push(undefined);
    const ahead = [
      ...(this.#running === undefined || this.#isClearing ? [] : [this.#running]),
      ...this.#waiting,
    ];
    if (name === 'monitor' && ahead.some((each) => this.names[each] !== 'monitor')) {
      this.answers[id] = 125;
      return;
    }
    for (const each of [...(this.#running === undefined ? [] : [this.#running]), ...this.#waiting])
      if (this.names[each] === 'monitor') this.#cancel(each);
    this.#waiting = [...this.#waiting.filter((each) => this.names[each] !== 'monitor'), id];
    if (this.#running === undefined) this.#next();
  }

  #cancel(id: number): void {
    this.answers[id] ??= 125;
    this.cancelled.add(id);
  }

  #next(): void {
    this.#isClearing = false;
    this.#running = this.#waiting.shift();
    if (this.#running !== undefined) this.began.push(this.#running);
  }
}

test('the queue behaves as its model does, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { maxLength: 40 }), async (steps) => {
      const { queue, begun, reports } = controlled();
      const model = new Model();
      const answers: (number | undefined)[] = [];
      const ended = new Set<Begun>();
      let clearing: PromiseWithResolvers<undefined> | undefined;
      for (const step of steps) {
        model.step(step);
        if (step.kind === 'add') {
          const id = answers.push(undefined) - 1;
          void queue.add({ name: step.name, argv: [String(id)] }, 0, false).then((result) => {
            answers[id] = result;
          });
        } else if (step.kind === 'cleared') {
          clearing?.resolve(undefined);
          clearing = undefined;
        } else {
          const last = begun.at(-1);
          if (last !== undefined && !ended.has(last)) {
            ended.add(last);
            if (!step.isOver) clearing = Promise.withResolvers();
            last.end.resolve({ result: step.result, over: clearing?.promise ?? over });
          }
        }
        await turn();
        const ids = begun.map(({ request }) => Number(request.event.argv[0]));
        expect(ids).toEqual(model.began);
        expect(answers).toEqual(model.answers);
        const cancelled = begun.filter(({ request }) => request.signal.aborted);
        expect(cancelled.map(({ request }) => Number(request.event.argv[0]))).toEqual(
          model.began.filter((id) => model.cancelled.has(id)),
        );
      }
      expect(reports).toEqual([]);
      clearing?.resolve(undefined);
    }),
    { numRuns: 300 },
  );
});

describe('the queue', () => {
  test('counts the time from the arrival of the request, and 0 as no limit', async () => {
    const { queue, begun } = controlled();
    void queue.add(event('startup'), 0, false);
    void queue.add(event('takeip'), 30, true);
    await turn();
    expect(begun[0]?.request.deadline).toBe(Infinity);
    begun[0]?.end.resolve({ result: 0, over });
    await expect.poll(() => begun.length).toBe(2);
    const left = remainingMs(begun[1]?.request.deadline ?? 0);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(30_000);
    expect(begun.map(({ request }) => request.runAll)).toEqual([false, true]);
  });

  test('begins the next event when what is left of one does not go away', async () => {
    const { queue, begun } = controlled();
    const answer = queue.add(event('takeip'), 0, false);
    void queue.add(event('releaseip'), 0, false);
    await turn();
    begun[0]?.end.resolve({ result: 110, over: new Promise(() => undefined) });
    expect(await answer).toBe(110);
    expect(begun).toHaveLength(1);
    await expect.poll(() => begun.length).toBe(2);
  });

  test('answers EIO for an event that could not be run, says why, and goes on', async () => {
    const { queue, begun, reports } = controlled();
    const answer = queue.add(event('takeip'), 0, false);
    const next = queue.add(event('releaseip'), 0, false);
    await turn();
    begun[0]?.end.reject(new Error('no such directory'));
    expect(await answer).toBe(5);
    expect(reports).toEqual(['ERROR: takeip could not be run: Error: no such directory']);
    await expect.poll(() => begun.length).toBe(2);
    begun[1]?.end.resolve({ result: 0, over });
    expect(await next).toBe(0);
  });

  test('refuses events beyond its bound, and says so', async () => {
    const { queue, reports } = controlled();
    for (let count = 0; count < waitingMax; count += 1) void queue.add(event('takeip'), 0, false);
    expect(await queue.add(event('takeip'), 0, false)).toBe(5);
    expect(reports).toEqual([`ERROR: takeip refused: ${waitingMax} events are waiting already`]);
  });

  test('says which events come next, once it is settled, and lets nothing come between', async () => {
    const { queue, begun } = controlled();
    const ips = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
    for (const ip of ips) void queue.add(address('takeip', ip), 0, false);
    for (const ip of ips) void queue.add(address('releaseip', ip), 0, false);
    await endAll(begun, 3);
    await expect.poll(() => begun.length).toBe(4);
    void queue.add(address('releaseip', '10.0.0.9'), 0, false);
    const answer = queue.add(event('monitor'), 0, false);
    await endAll(begun, 7);
    expect(await answer).toBe(125);
    expect(begun.map(({ request, following }) => [request, ...following].map(textOf))).toEqual([
      ['takeip 10.0.0.1', 'takeip 10.0.0.2', 'takeip 10.0.0.3'],
      ['takeip 10.0.0.2', 'takeip 10.0.0.3'],
      ['takeip 10.0.0.3'],
      ['releaseip 10.0.0.2', 'releaseip 10.0.0.3', 'releaseip 10.0.0.1'],
      ['releaseip 10.0.0.3', 'releaseip 10.0.0.1'],
      ['releaseip 10.0.0.1'],
      ['releaseip 10.0.0.9'],
    ]);
  });

  describe('holds back a release that leaves others of its subnet behind', () => {
    const ips = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
    /** A queue in which these were taken. */
    async function taken(): Promise<ReturnType<typeof controlled>> {
      const controls = controlled();
      for (const ip of ips) void controls.queue.add(address('takeip', ip), 0, false);
      await endAll(controls.begun, 3);
      return controls;
    }
    const releases = (begun: readonly Begun[]): string[] =>
      begun.slice(3).map(({ request }) => textOf(request));
    async function turns(): Promise<void> {
      for (let count = 0; count < 5; count += 1) await turn();
    }

    test('until the others have come, which go first', async () => {
      const { queue, begun } = await taken();
      void queue.add(address('releaseip', '10.0.0.1'), 0, false);
      await turns();
      expect(releases(begun)).toEqual([]);
      for (const ip of ['10.0.0.2', '10.0.0.3']) void queue.add(address('releaseip', ip), 0, false);
      await endAll(begun, 6);
      expect(releases(begun)).toEqual(['releaseip 10.0.0.2', 'releaseip 10.0.0.3', 'releaseip 10.0.0.1']);
    });

    test('not for long, and not again when it was in vain', async () => {
      const { queue, begun } = await taken();
      void queue.add(address('releaseip', '10.0.0.1'), 0, false);
      await endAll(begun, 4);
      void queue.add(address('releaseip', '10.0.0.2'), 0, false);
      await turns();
      expect(releases(begun)).toEqual(['releaseip 10.0.0.1', 'releaseip 10.0.0.2']);
    });

    test('not when something else comes', async () => {
      const { queue, begun } = await taken();
      void queue.add(address('releaseip', '10.0.0.1'), 0, false);
      await turns();
      void queue.add(event('ipreallocated'), 0, false);
      await turns();
      expect(releases(begun)).toEqual(['releaseip 10.0.0.1']);
    });

    test('not when the queue is stopped', async () => {
      const { queue, begun } = await taken();
      const answer = queue.add(address('releaseip', '10.0.0.1'), 0, false);
      await turns();
      queue.stop();
      expect(await answer).toBe(125);
      await turns();
      expect(releases(begun)).toEqual([]);
    });
  });

  test('settles nothing ahead of other events, and no more than a bound of any', async () => {
    const { queue, begun } = controlled();
    for (let count = 0; count < 2; count += 1) void queue.add(event('ipreallocated'), 0, false);
    for (let count = 0; count < burstMax + 6; count += 1) void queue.add(event('takeip'), 0, false);
    await endAll(begun, burstMax + 3);
    expect(begun.map(({ following }) => following.length)).toEqual([
      0,
      0,
      ...Array.from({ length: burstMax }, (_, index) => burstMax - 1 - index),
      5,
    ]);
  });

  test('cancels the event that runs and those that wait when it is stopped', async () => {
    const { queue, begun } = controlled();
    const answers = [queue.add(event('takeip'), 0, false), queue.add(event('releaseip'), 0, false)];
    await turn();
    queue.stop();
    expect(await Promise.all(answers)).toEqual([125, 125]);
    expect(begun.map(({ request }) => request.signal.aborted)).toEqual([true]);
  });
});
