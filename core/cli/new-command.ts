import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { commands } from '../commands/commands.ts';
import { builtinNames } from '../event-directory/builtin.ts';
import { sayLine } from '../links/output.ts';
import { UsageError } from '../links/usage-error.ts';
import { findInstallation } from '../scaffold/find-installation.ts';
import { nextCommands } from '../scaffold/next-commands.ts';
import { plainPlugin, planProject } from '../scaffold/plan-project.ts';
import { readPluginName } from '../scaffold/plugin-name.ts';
import { ScaffoldError } from '../scaffold/scaffold-error.ts';
import { writeProject } from '../scaffold/write-project.ts';

/** `ctdb-hook new NN.name [DIR]`: writes a plugin and its project. @returns 0 */
export function newCommand(words: string[]): number {
  const { values, positionals } = parseArgs({
    args: words,
    options: commands.new.options,
    allowPositionals: true,
  });
  const [given, way = '.', ...more] = positionals;
  if (given === undefined)
    throw new UsageError('new: expected the name of a plugin, NN.name, such as 55.web');
  if (more.length > 0)
    throw new UsageError(`new: expected a name and a folder, got "${positionals.join(' ')}"`);
  try {
    const name = readPluginName(given, builtinNames());
    const folder = resolve(way);
    const installation = findInstallation(folder, process.env['PATH'] ?? '');
    writeProject(folder, planProject(name, folder, plainPlugin(name), installation), values.force);
    for (const command of nextCommands(name, { folder, way }, installation)) sayLine(command);
    return 0;
  } catch (error) {
    if (error instanceof ScaffoldError || (error instanceof Error && 'syscall' in error))
      throw new UsageError(`new: ${error.message}`, { cause: error });
    throw error;
  }
}
