import type { AnyPlugin } from '../plugin-loading/check-definition.ts';
import type { PluginOptions } from '../run/options/plugin-options.ts';
import type { ExplainedOption, OptionSource } from './explained.ts';

/**
 * The options of a plugin, in the order in which it declares them, each with where its value comes from.
 *
 * @param wrong those whose values it does not take
 */
export function explainOptions(
  { options: schema }: AnyPlugin,
  { options, variables, environment }: PluginOptions,
  wrong: ReadonlySet<string>,
): readonly ExplainedOption[] {
  if (schema === undefined) return [];
  const values = options as Readonly<Record<string, unknown>>;
  return Object.keys(schema.shape).map((name) => ({
    name,
    value: values[name],
    source: wrong.has(name) ? { kind: 'default' } : sourceOf(name, variables, environment),
  }));
}

function sourceOf(
  name: string,
  variables: PluginOptions['variables'],
  environment: PluginOptions['environment'],
): OptionSource {
  const set = variables.get(name);
  // A variable that is empty counts as unset.
  if (set !== undefined && set.value !== '') return { kind: 'file', file: set.file, line: set.line };
  return set === undefined && environment[name] ? { kind: 'environment' } : { kind: 'default' };
}
