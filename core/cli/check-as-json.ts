import type { AppliedRule } from '../check/apply-rules.ts';
import type { Severity } from '../check/rule.ts';
import type { Subject } from '../check/subject.ts';

/** What a check has found, for programs. `version` changes when a name changes what it means, not when one is added. */
export function checkAsJson({ base, isNode }: Subject, applied: readonly AppliedRule[]): object {
  const count = (severity: Severity): number =>
    applied.flatMap(({ findings }) => findings).filter((finding) => finding.severity === severity).length;
  return {
    version: 1,
    directory: base,
    isNode,
    errors: count('error'),
    warnings: count('warning'),
    notes: count('note'),
    rules: applied.map(({ rule: { id, summary, scope }, skipped, findings }) => ({
      id,
      summary,
      scope,
      result: skipped === undefined ? (findings.length === 0 ? 'ok' : 'found') : 'skipped',
      ...(skipped !== undefined && { because: skipped }),
      findings,
    })),
  };
}
