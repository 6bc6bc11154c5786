import { setTimeout as delay } from 'node:timers/promises';
import type { SampleAnswer, Sample, SampleLimits } from '../../plugin-api/context.ts';
import type { SampleView } from './sample-view.ts';
import type { SampleRequest } from './sampling.ts';

/** How long a failing sample's renewal is waited for before the failure is reported, in milliseconds. */
export const renewalWaitMs = 1000;

/** How long a check is renewed that nobody asks for, in milliseconds: some monitor intervals. */
export const idleMsMax = 120_000;

/** The result of the last probe. */
type Outcome =
  | { readonly kind: 'answered'; readonly answer: SampleAnswer }
  | { readonly kind: 'late' }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * The last answer of one check, and its renewal; there are never two at a time. The slot renews the answer every `intervalMs` or
 * a little sooner. Where events ask less often, it does so shortly before the next one: the answer is younger then, and no
 * check is made in vain.
 */
export class SampleSlot implements Disposable {
  #probe: SampleRequest<SampleAnswer>['probe'];
  #limits: SampleLimits;
  #outcome: Outcome | undefined;
  #lastAnswer: SampleAnswer | undefined;
  /** When the last good answer was asked for, on the monotonic clock. */
  #goodAtMs = -Infinity;
  #failingSince: Date | undefined;
  #askedAtMs = performance.now();
  /** The time between the last two requests; 0 before there were two. */
  #paceMs = 0;
  #renewedAtMs = performance.now();
  /** How long the last renewal took. */
  #tookMs = 0;
  #underWay: { readonly outcome: Promise<void>; readonly controller: AbortController } | undefined;
  #timer: NodeJS.Timeout | undefined;

  readonly #onChange: () => void;

  /** @param onChange is called when there is another outcome */
  constructor(
    { probe, limits }: Pick<SampleRequest<SampleAnswer>, 'probe' | 'limits'>,
    onChange: () => void = () => undefined,
  ) {
    this.#probe = probe;
    this.#limits = limits;
    this.#onChange = onChange;
  }

  /** What is known now, for somebody who looks on. */
  get view(): Omit<SampleView, 'plugin' | 'name'> {
    const outcome = this.#outcome;
    return {
      state: outcome === undefined ? 'none' : stateOf(outcome),
      goodAtMs: this.#goodAtMs === -Infinity ? null : Math.round(performance.timeOrigin + this.#goodAtMs),
      failsSinceMs: this.#failingSince?.getTime() ?? null,
      tookMs: Math.round(this.#tookMs),
      answer: outcome === undefined ? '' : shortAnswer(outcome),
    };
  }

  /** Whether nobody has asked for long and no probe is under way. */
  get isIdle(): boolean {
    return this.#underWay === undefined && performance.now() - this.#askedAtMs > idleMsMax;
  }

  /** The answer, renewed where it has to be. @throws what the probe threw, and the signal's reason. */
  async ask({ probe, limits, signal }: SampleRequest<SampleAnswer>): Promise<Sample<SampleAnswer>> {
    this.#probe = probe;
    this.#limits = limits;
    const askedAtMs = performance.now();
    const sinceMs = askedAtMs - this.#askedAtMs;
    this.#paceMs = this.#outcome === undefined || sinceMs > idleMsMax ? 0 : sinceMs;
    this.#askedAtMs = askedAtMs;
    if (this.#outcome === undefined) await until(this.#renew(), signal);
    else if (!this.#isGood() || this.#ageMs() > limits.staleMs)
      await until(Promise.race([this.#renew(), pause(renewalWaitMs)]), signal);
    else if (this.#underWay === undefined) this.#schedule();
    return this.#current();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#askedAtMs = -Infinity;
    this.#underWay?.controller.abort(new Error('the host ends'));
  }

  #current(): Sample<SampleAnswer> {
    const outcome = this.#outcome;
    if (outcome?.kind === 'failed') throw outcome.error;
    const since = this.#failingSince;
    if (outcome?.kind === 'answered' && !outcome.answer.ok)
      return { kind: 'answered', answer: outcome.answer, ...(since && { since }) };
    if (outcome?.kind === 'answered' && this.#ageMs() <= this.#limits.staleMs) return outcome;
    const goodAt = new Date(Date.now() - Math.min(this.#ageMs(), Date.now()));
    const last = this.#lastAnswer === undefined ? {} : { last: this.#lastAnswer };
    return { kind: 'late', since: since ?? goodAt, ...last };
  }

  #isGood = (): boolean => this.#outcome?.kind === 'answered' && this.#outcome.answer.ok;

  #ageMs = (): number => performance.now() - this.#goodAtMs;

  /** Settles when the renewal that is under way, or begins now, has an outcome; never rejects. */
  #renew(): Promise<void> {
    if (this.#underWay !== undefined) return this.#underWay.outcome;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const begin = { ms: performance.now(), at: new Date() };
    const controller = new AbortController();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#underWay = { outcome: promise, controller };
    const settle = (outcome: Outcome): void => {
      if (!controller.signal.aborted) this.#settle(outcome, begin);
      resolve(undefined);
    };
    const limit = setTimeout(() => {
      settle({ kind: 'late' });
      controller.abort(new Error('the time of the probe is up'));
    }, this.#limits.timeoutMs).unref();
    // The slot stays taken until the probe has really ended: what hangs is not started twice.
    void this.#run(controller.signal, settle).finally(() => {
      clearTimeout(limit);
      this.#underWay = undefined;
      this.#renewedAtMs = performance.now();
      this.#tookMs = this.#renewedAtMs - begin.ms;
      this.#schedule();
    });
    return promise;
  }

  async #run(signal: AbortSignal, settle: (outcome: Outcome) => void): Promise<void> {
    try {
      settle({ kind: 'answered', answer: await this.#probe(signal) });
    } catch (error) {
      settle({ kind: 'failed', error });
    }
  }

  #settle(outcome: Outcome, begin: { readonly ms: number; readonly at: Date }): void {
    this.#outcome = outcome;
    if (outcome.kind === 'answered') this.#lastAnswer = outcome.answer;
    if (this.#isGood()) {
      this.#goodAtMs = begin.ms;
      this.#failingSince = undefined;
    } else this.#failingSince ??= begin.at;
    this.#onChange();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (performance.now() - this.#askedAtMs > idleMsMax) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        if (performance.now() - this.#askedAtMs <= idleMsMax) void this.#renew();
      },
      Math.max(0, this.#dueAtMs() - performance.now()),
    ).unref();
  }

  #dueAtMs(): number {
    const { intervalMs, staleMs } = this.#limits;
    const dueAtMs = this.#renewedAtMs + intervalMs;
    if (intervalMs < togetherFromMs) return dueAtMs;
    const leadMs = Math.max(leadMsMin, 2 * this.#tookMs);
    // The answer before must still hold when a renewal takes longer than the last one did.
    if (this.#paceMs <= intervalMs || this.#paceMs + leadMs > staleMs) return together(dueAtMs);
    const times = Math.max(1, Math.ceil((dueAtMs - this.#askedAtMs) / this.#paceMs));
    return together(this.#askedAtMs + times * this.#paceMs - leadMs);
  }
}

function stateOf(outcome: Outcome): SampleView['state'] {
  if (outcome.kind !== 'answered') return outcome.kind;
  return outcome.answer.ok ? 'ok' : 'fails';
}

/** Most of an answer that is shown, in characters. */
const answerMax = 500;

function shortAnswer(outcome: Outcome): string {
  const { ok: _ok, ...rest } = outcome.kind === 'answered' ? outcome.answer : { ok: false };
  if (outcome.kind === 'failed') return String(outcome.error).slice(0, answerMax);
  if (Object.keys(rest).length === 0) return '';
  try {
    return JSON.stringify(rest).slice(0, answerMax);
  } catch {
    return ''; // An author's answer may hold anything.
  }
}

/**
 * When a renewal is made that is due then: a little sooner, so that those of many checks come together. The first of them
 * costs a sleeping processor several times what the next one does.
 */
const together = (dueAtMs: number): number => Math.floor((dueAtMs + earlyMs) / togetherMs) * togetherMs;

/** Renewals at intervals of this and more come at whole multiples of `togetherMs`, in milliseconds. */
const togetherFromMs = 5_000;
const togetherMs = 1_000;

/**
 * How long before it is next asked for a check is renewed at least, in milliseconds: most take no more, and events may be
 * early.
 */
const leadMsMin = 1_000;

/** How early a timer may fire, in milliseconds: the next renewal must not come a whole step too soon because of it. */
const earlyMs = 5;

/** Waits, without keeping the process from its end. */
const pause = (timeMs: number): Promise<void> => delay(timeMs, undefined, { ref: false });

async function until(settled: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => {
    reject(signal.reason as Error);
  };
  signal.addEventListener('abort', abort);
  try {
    await Promise.race([settled, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
