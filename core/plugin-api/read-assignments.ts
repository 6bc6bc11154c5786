import { evaluateAssignments, parseAssignments } from '../ctdb-config/assignments.ts';

/**
 * What lines of shell that do nothing but set variables set them to, without a shell; undefined if only a shell can tell, as of
 * a variable that is not in the environment and not set before.
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
