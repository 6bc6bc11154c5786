import type { OptionVariables } from '../../ctdb-config/option-variables.ts';
import { findMisfits } from '../../plugin-loading/find-misfits.ts';
import { describeError } from '../describe-error.ts';
import { findMisspelt } from './find-misspelt.ts';
import { type PluginOptionsRequest, readPluginVariables, withOptions } from './plugin-options.ts';

/**
 * What is wrong with the options that a plugin would get now, each with file and line where it has one: options that take no text, values that it refuses, files that cannot be
 * read, and variables of its own `NN.name.options` that are none of its options and nearly are.
 */
export async function findOptionFaults(request: PluginOptionsRequest): Promise<readonly string[]> {
  try {
    const read = await readPluginVariables(request);
    return [...findMisfits(request.plugin), ...findWrong(request, read), ...findMisspelt(request, read)];
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
