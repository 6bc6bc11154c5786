import type { AppliedRule } from '../check/apply-rules.ts';
import type { Finding } from '../check/rule.ts';
import { rules } from '../check/rules.ts';
import { printable } from './printable.ts';

/** Where the results stand, so that they are below each other. */
const width = Math.max(...rules.map(({ id }) => id.length));

/** Most findings of a rule that are shown; all are in the JSON. */
const shownMax = 50;

/** What came of a rule, for a person. */
export function ruleLines({ rule, skipped, findings }: AppliedRule): string[] {
  const result = skipped === undefined ? countInWords(findings) : `skipped, because ${skipped}`;
  const more = findings.length - shownMax;
  return [
    `${rule.id.padEnd(width)}  ${result === '' ? 'ok' : result}`,
    ...findings.slice(0, shownMax).flatMap(findingLines),
    ...(more > 0 ? [`    and ${more} more, see --json`] : []),
  ].map((line) => printable(line));
}

/** The end of a check. */
export function checkedLines(applied: readonly AppliedRule[]): string[] {
  const findings = applied.flatMap((one) => one.findings);
  const skipped = applied.filter((one) => one.skipped !== undefined).length;
  const found = countInWords(findings);
  return [
    `${found === '' ? 'nothing found' : found}${skipped === 0 ? '' : `; ${count(skipped, 'rule')} skipped`}`,
  ];
}

function findingLines({ severity, path, line, column, what, hint }: Finding): string[] {
  const place = [path, line, column].filter((part) => part !== undefined).join(':');
  return [
    `    ${place === '' ? '' : `${place}: `}${severity}: ${what.replaceAll('\n', ' ')}`,
    ...(hint === undefined ? [] : [`        ${hint}`]),
  ];
}

function countInWords(findings: readonly Finding[]): string {
  const counted = (['error', 'warning', 'note'] as const).flatMap((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return number === 0 ? [] : [count(number, severity)];
  });
  return counted.join(', ');
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
