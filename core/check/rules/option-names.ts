import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pluginDirectory } from '../../event-directory/plugin-file.ts';
import { nearest } from '../../events/nearest.ts';
import { type FileLines, isFinding, readLines } from '../read-lines.ts';
import type { Finding, Rule } from '../rule.ts';
import { loadPlugins, scriptsOf, type Subject } from '../subject.ts';

/** The directory of CTDB's own scripts on a node. */
const stockScripts = '/usr/share/ctdb/events/legacy';

/** Most bytes of a script that are searched for names. */
const searchedMax = 256 * 1024;

/** All names begin alike, so where more letters differ something else is meant. */
const lettersMax = 2;

/** Whether somebody reads the variables of option files. */
export const optionNames: Rule = {
  id: 'option-names',
  summary: 'the variables of option files are read by a plugin or a script',
  scope: 'files',
  async check(subject) {
    const { names, isWhole } = await knownNames(subject);
    const declared = new Map(
      (await loadPlugins(subject)).map(({ entry, report }) => [entry.name, report.optionNames ?? []]),
    );
    const found: Finding[] = [];
    for (const path of optionFiles(subject)) {
      const read = await readLines(path);
      if (read !== undefined && !isFinding(read))
        found.push(...findingsIn(read, names, isWhole, declared.get(basename(path, '.options')) ?? []));
    }
    return found;
  },
};

/** @param own the options of the plugin whose file it is: what is nearly one of these, `plugin-options` says. */
function findingsIn(
  { path, lines }: FileLines,
  names: ReadonlySet<string>,
  isWhole: boolean,
  own: readonly string[],
): Finding[] {
  return lines.flatMap((line, index): Finding[] => {
    const name = /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=/.exec(line)?.[1];
    if (name === undefined || names.has(name)) return [];
    if (nearest(name, own, lettersMax) !== undefined) return [];
    const near = nearest(name, [...names], lettersMax);
    // Of other names, and where CTDB's own scripts are not at hand, only one that is nearly another is most likely wrong.
    if (near === undefined && (!isWhole || !name.startsWith('CTDB_'))) return [];
    return [
      {
        severity: 'warning',
        path,
        line: index + 1,
        what: `${name} is read by no plugin and no script`,
        ...(near !== undefined && { hint: `did you mean ${near}?` }),
      },
    ];
  });
}

function optionFiles({ base, directory }: Subject): readonly string[] {
  const places = 'fault' in directory ? [] : [directory.path, pluginDirectory(directory.path)];
  const own = [...new Set(places)].flatMap((place) =>
    namesIn(place).flatMap((name) => (name.endsWith('.options') ? [join(place, name)] : [])),
  );
  return [join(base, 'script.options'), ...own];
}

/** The names that plugins declare, and that scripts mention. `isWhole` if CTDB's own scripts were among them. */
async function knownNames(subject: Subject): Promise<{ names: ReadonlySet<string>; isWhole: boolean }> {
  const loaded = await loadPlugins(subject);
  const functions = join(subject.base, 'functions');
  const stock = subject.isNode ? namesIn(stockScripts).map((name) => join(stockScripts, name)) : [];
  const scripts = [functions, ...scriptsOf(subject).map(({ path }) => path), ...helpers(subject), ...stock];
  const texts = scripts.map(textOf);
  const mentioned = texts.flatMap((text) => text.match(/\bCTDB_\w+/g) ?? []);
  const declared = loaded.flatMap(({ report }) => report.optionNames ?? []);
  const isWhole = textOf(functions) !== '' && loaded.every(({ report }) => report.fault === undefined);
  return { names: new Set([...declared, ...mentioned, ...ofPrograms]), isWhole };
}

/** Variables that programs read, and no script. */
const ofPrograms = ['CTDB_HOOK_NETWORK', 'CTDB_HOOK_TIMEOUT', 'CTDB_HOOK_RELEASE', 'CTDB_HOOK_RESIDENT'];

/** Other programs of the configuration directory that read them, such as callouts. */
const helpers = ({ base }: Subject): readonly string[] =>
  namesIn(base)
    .map((name) => join(base, name))
    .filter((path) => basename(path) !== 'script.options');

function namesIn(place: string): readonly string[] {
  try {
    return readdirSync(place).sort();
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return statSync(path).isFile() ? readFileSync(path).toString('latin1', 0, searchedMax) : '';
  } catch {
    return ''; // It is a directory, or is said elsewhere not to be readable.
  }
}
