import type { OptionVariable } from '../../ctdb-config/option-variables.ts';
import type { GoodVariables } from './last-good-options.ts';

/**
 * Which of these options files set otherwise than before, and where, in a sentence. Never a value: it may be a secret. Undefined if
 * none of them changed.
 *
 * @param options the names of all options of the plugin.
 */
export function describeChanged(
  plugin: string,
  options: readonly string[],
  before: GoodVariables,
  now: GoodVariables,
): string | undefined {
  const changed = options.flatMap((name) => changeOf(name, before.get(name), now.get(name)));
  return changed.length === 0 ? undefined : `${plugin} has other options now: ${changed.join(', ')}`;
}

function changeOf(name: string, was: OptionVariable | undefined, is: OptionVariable | undefined): string[] {
  if (was?.value === is?.value) return [];
  if (is === undefined) return [`${name} is no longer set`];
  const where = is.line === undefined ? is.file : `${is.file}:${is.line}`;
  return [`${name} ${was === undefined ? 'is set' : 'changed'} (${where})`];
}
