import { evaluateAssignments, parseAssignments } from '../ctdb-config/assignments.ts';

/**
 * Reads lines of shell that only set variables, without a shell. Undefined if only a shell can read them, as with a
 * variable that is neither in the environment nor set before.
 */
export function readAssignments(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> | undefined {
  const parsed = parseAssignments(text);
  if (parsed.kind === 'needs sh') return undefined;
  const set = evaluateAssignments(parsed, environment, 'needs sh');
  return 'kind' in set ? undefined : new Map([...set].map(([name, { value }]) => [name, value]));
}
