import { constants, statSync } from 'node:fs';
import { builtinOfSource } from '../../event-directory/builtin.ts';
import type { Entry } from '../../event-directory/entry.ts';

/**
 * Sees when a script is disabled that a plugin replaces. The client of CTDB removes a link, or takes the execute bits of a
 * file away, by itself, asks nobody and says nothing: whoever did that wanted to disable what runs, and without our
 * event daemon there would be no script to go back to.
 */
export class ReplacedScripts {
  /** The enabled scripts beside enabled plugins, by name. */
  #enabled: ReadonlyMap<string, string> = new Map();

  /** What there is to say about what stands in the directory now: of each script once. */
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
