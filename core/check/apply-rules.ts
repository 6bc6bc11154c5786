import { remainingMs } from '../process/deadline.ts';
import type { Finding, Rule } from './rule.ts';
import type { Subject } from './subject.ts';

/** What came of a rule. */
export interface AppliedRule {
  readonly rule: Rule;
  /** Why it was not applied; undefined if it was. */
  readonly skipped?: string;
  readonly findings: readonly Finding[];
}

/** Applies one rule after another, and tells of each when it is done. A rule that fails itself, or is out of time, is an error. */
export async function* applyRules(rules: readonly Rule[], subject: Subject): AsyncGenerator<AppliedRule> {
  for (const rule of rules) yield await apply(rule, subject);
}

async function apply(rule: Rule, subject: Subject): Promise<AppliedRule> {
  if (rule.scope === 'machine' && !subject.isNode)
    return { rule, findings: [], skipped: 'the directory is not that of this node' };
  try {
    const result = await inTime(rule.check(subject), subject);
    return 'skipped' in result ? { rule, findings: [], ...result } : { rule, findings: result };
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { rule, findings: [{ severity: 'error', what: `this could not be checked: ${why}` }] };
  }
}

async function inTime<T>(work: Promise<T>, { deadline, signal }: Subject): Promise<T> {
  signal.throwIfAborted();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Error('it did not come to an end in time'));
  }, remainingMs(deadline));
  const stop = (): void => {
    late.reject(signal.reason as Error);
  };
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
