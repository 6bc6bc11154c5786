import { ScaffoldError } from './scaffold-error.ts';

/** The name of a plugin, `NN.name`. */
export interface PluginName {
  /** All of it: `55.web-server`. */
  readonly whole: string;
  /** What comes after its number: `web-server`. */
  readonly word: string;
  /** How its variables begin: `WEB_SERVER`. */
  readonly variables: string;
}

/** Longest name. A link `NN.name.script` must be no longer for the ctdbd of old releases (CTDB_MAX_SCRIPT_NAME). */
const charactersMax = 31;

/**
 * Reads the name of a new plugin.
 *
 * @param builtins the names of the built-in plugins
 * @throws ScaffoldError with a name that would do
 */
export function readPluginName(given: string, builtins: readonly string[]): PluginName {
  const whole = given.replace(/\.(?:ts|script)$/, '');
  const word = whole.replace(/^\d+\./, '');
  if (builtins.includes(whole))
    throw new ScaffoldError(
      `${whole} is built in, and a file of this name would run in its place: enable it with "ctdb-hook install --plugins ${whole}", or take another name, such as 55.my-${word}`,
    );
  const fault = faultOf(whole);
  if (fault !== undefined)
    throw new ScaffoldError(`"${given}": ${fault}, expected NN.name, such as 55.${usable(word)}`);
  return { whole, word, variables: variablesOf(word) };
}

function faultOf(whole: string): string | undefined {
  if (!/^\d\d\./.test(whole))
    return /^\d+\./.test(whole)
      ? 'its number does not have two digits'
      : 'there is no number, which is its place in the order of all plugins and scripts';
  if (whole.length > charactersMax) return `it is longer than ${charactersMax} characters`;
  const word = whole.slice(3);
  if (word === '') return 'there is no name after the number';
  const [wrong] = /[^\w-]/u.exec(word) ?? [];
  if (wrong !== undefined) return `${JSON.stringify(wrong)} cannot be in it, only letters, digits, - and _`;
  return word.startsWith('-') ? 'its name begins with -' : undefined;
}

/** A name that is right, as near as possible to what was given. */
function usable(word: string): string {
  const kept = word.replaceAll(/[^\w-]+/g, '-').replace(/^-+|-+$/g, '');
  return kept === '' ? 'web' : kept.slice(0, charactersMax - 3);
}

/** A variable of a shell does not begin with a digit. */
const variablesOf = (word: string): string =>
  word
    .toUpperCase()
    .replaceAll('-', '_')
    .replace(/^(?=\d)/, '_');
