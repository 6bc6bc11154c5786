import { readAssignments } from 'ctdb-hook';

/**
 * Evaluates lines of shell that do nothing but set variables, without a shell; undefined for any that need one, as for a
 * variable that is not known here and may be one of CTDB's functions file.
 *
 * As CTDB's script does it, each line is read and evaluated by itself; `read` takes backslashes out before.
 *
 * @param names those that may be set, and what they are before.
 * @param environment what else the values may use.
 */
export function evaluatePlainly<Name extends string>(
  text: string,
  names: Readonly<Record<Name, string>>,
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<Name, string>> | undefined {
  if (/[^\t\n\x20-\x7e]|\\/.test(text)) return undefined;
  let values: Readonly<Record<Name, string>> = names;
  for (const line of text.split('\n')) {
    const set = readAssignments(line, { ...environment, ...values });
    if (set === undefined || ![...set.keys()].every((name) => Object.hasOwn(names, name))) return undefined;
    values = { ...values, ...Object.fromEntries(set) };
  }
  return values;
}
