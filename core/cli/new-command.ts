import { basename, resolve } from 'node:path';
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

/** `ctdb-hook new [NN.name] [DIR]`: writes a plugin and its project. @returns 0 */
export async function newCommand(words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    options: commands.new.options,
    allowPositionals: true,
  });
  const { from, force } = values;
  const { given, way } = readWords(positionals, from);
  try {
    const name = readPluginName(given, builtinNames());
    const folder = resolve(way);
    const installation = findInstallation(folder, process.env['PATH'] ?? '');
    // Few call it with --from: others need not load the parser.
    const texts =
      from === undefined
        ? plainPlugin(name)
        : (await import('../scaffold/from-script/from-script.ts')).fromScript(name, from);
    writeProject(folder, planProject(name, folder, texts, installation), force);
    for (const command of nextCommands(name, { folder, way }, installation)) sayLine(command);
    return 0;
  } catch (error) {
    // What --from loads has a class of its own of that name.
    const isTold = error instanceof Error && (error.name === ScaffoldError.name || 'syscall' in error);
    if (isTold) throw new UsageError(`new: ${error.message}`, { cause: error });
    throw error;
  }
}

/** The name and the folder. With a script the name may be left out. */
function readWords(
  words: readonly string[],
  script: string | undefined,
): { readonly given: string; readonly way: string } {
  const isNamed = script === undefined || /^\d+\./.test(words[0] ?? '');
  const [given, way = '.', ...more] = isNamed ? words : [basename(script), ...words];
  if (given === undefined)
    throw new UsageError('new: expected the name of a plugin, NN.name, such as 55.web');
  if (more.length > 0) throw new UsageError(`new: expected a name and a folder, got "${words.join(' ')}"`);
  return { given, way };
}
