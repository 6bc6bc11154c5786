import { parseArgs } from 'node:util';
import { commands } from '../commands/commands.ts';
import { giveUpVersion } from '../plugin-loading/last-good-version.ts';
import { readChosenDirectory } from '../links/event-directory-option.ts';
import { sayLine, warn } from '../links/output.ts';
import { UsageError } from '../links/usage-error.ts';

/** `ctdb-hook give-up NN.name ...`: a plugin that no longer loads stops running in its last good version. */
export function giveUpCommand(words: string[]): number {
  const { values, positionals } = parseArgs({
    args: words,
    options: commands['give-up'].options,
    allowPositionals: true,
  });
  if (positionals.length === 0)
    throw new UsageError('give-up: no plugin, expected ctdb-hook give-up NN.name ...');
  const { path: directory, entries } = readChosenDirectory(values);
  const given = positionals.map((name) => {
    const entry = entries.find((each) => each.name === name && each.kind === 'plugin');
    if (entry === undefined) throw new UsageError(`give-up: "${name}", expected a plugin of ${directory}`);
    return giveUp(name, entry.path);
  });
  return given.every(Boolean) ? 0 : 1;
}

function giveUp(name: string, path: string): boolean {
  try {
    if (giveUpVersion(name, path)) {
      sayLine(`${name}: its last good version is given up`);
      return true;
    }
    warn(`ctdb-hook: no version of ${name} is kept, expected one that loaded before`);
  } catch (error) {
    warn(`ctdb-hook: ${name}: ${String(error)}`);
  }
  return false;
}
