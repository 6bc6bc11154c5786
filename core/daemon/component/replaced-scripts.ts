import { constants, statSync } from 'node:fs';
import { builtinOfSource } from '../../event-directory/builtin.ts';
import type { Entry } from '../../event-directory/entry.ts';

/**
 * Sees when somebody disables a script that a plugin replaces. The client of CTDB does this by itself, without a word to
 * the daemon: it removes a link, or takes away the execute bits of a file. Whoever did that wanted to disable what runs,
 * which is the plugin. Without our event daemon there would be no script to go back to.
 */
export class ReplacedScripts {
  /** The enabled scripts beside enabled plugins, by name. */
  #enabled: ReadonlyMap<string, string> = new Map();

  /** The messages about the present content of the directory: each script is named once. */
  tell(entries: readonly Entry[]): readonly string[] {
    const before = this.#enabled;
    const running = entries.filter(({ kind, disabled }) => kind === 'plugin' && disabled === undefined);
    this.#enabled = new Map(
      running.flatMap(({ name, replaces }) =>
        replaces !== undefined && isExecutable(replaces) ? [[name, replaces]] : [],
      ),
    );
    return running.flatMap(({ name, path, replaces }) => {
      const script = before.get(name);
      if (script === undefined || this.#enabled.has(name)) return [];
      const what = replaces === undefined ? 'is gone' : 'was disabled';
      const disable = builtinOfSource(path) === undefined ? `chmod -x ${path}` : `rm ${path}`;
      return `WARNING: ${script} ${what}, and the plugin ${path} runs on. To disable that: ${disable}. To have the script back: ctdb event script enable legacy ${name}`;
    });
  }
}

function isExecutable(path: string): boolean {
  return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & constants.S_IXUSR) !== 0;
}
