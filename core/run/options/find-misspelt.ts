import type { OptionVariables } from '../../ctdb-config/option-variables.ts';
import { nearest } from '../../events/nearest.ts';
import type { AnyPlugin } from '../../plugin-loading/check-definition.ts';
import type { PluginOptionsRequest } from './plugin-options.ts';

/** All names begin alike, so where more letters differ something else is meant. */
const lettersMax = 2;

/**
 * The variables of a plugin's own `NN.name.options` that are none of its options and nearly are, each with file and line. Other files
 * are for scripts as well, whose variables we do not know.
 */
export function findMisspelt(
  { name, plugin }: Pick<PluginOptionsRequest, 'name' | 'plugin'>,
  { variables }: Pick<OptionVariables, 'variables'>,
): string[] {
  const known = optionsOf(plugin);
  return [...variables].flatMap(([variable, { file, line }]) => {
    if (!file.endsWith(`/${name}.options`) || known.includes(variable)) return [];
    const near = nearest(variable, known, lettersMax);
    if (near === undefined) return [];
    const where = line === undefined ? file : `${file}:${line}`;
    return [`${where}: ${variable} is no option of ${name}: did you mean ${near}?`];
  });
}

const optionsOf = ({ options }: AnyPlugin): string[] =>
  options === undefined ? [] : Object.keys(options.shape);
