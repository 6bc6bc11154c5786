import type { OptionVariables } from '../../ctdb-config/option-variables.ts';
import { nearest } from '../../events/nearest.ts';
import type { AnyPlugin } from '../../plugin-loading/check-definition.ts';
import { describeError } from '../describe-error.ts';
import { type PluginOptionsRequest, readPluginVariables, withOptions } from './plugin-options.ts';

/**
 * What is wrong with the options that a plugin would get now, each with file and line: values that it refuses, files that cannot be
 * read, and variables of its own `NN.name.options` that are none of its options and nearly are.
 */
export async function findOptionFaults(request: PluginOptionsRequest): Promise<readonly string[]> {
  try {
    const read = await readPluginVariables(request);
    return [...findWrong(request, read), ...findMisspelt(request, read)];
  } catch (error) {
    return linesOf(error);
  }
}

function findWrong({ plugin }: PluginOptionsRequest, read: OptionVariables): string[] {
  try {
    withOptions(plugin, read);
    return [];
  } catch (error) {
    return linesOf(error);
  }
}

const linesOf = (error: unknown): string[] => describeError(error, undefined).split('\n');

/** All names begin alike, so where more letters differ something else is meant. */
const lettersMax = 2;

/** Other files are for scripts as well, whose variables we do not know. */
function findMisspelt({ name, plugin }: PluginOptionsRequest, { variables }: OptionVariables): string[] {
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
