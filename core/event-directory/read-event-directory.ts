import { constants, type Dirent, existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { whyNotExecutable } from '../process/executable.ts';
import { builtinOfSource, targetOf } from './builtin.ts';
import {
  EventDirectoryError,
  type Convention,
  type Entry,
  type EventDirectory,
  type Ignored,
} from './entry.ts';
import { byName, readFileName } from './file-name.ts';
import { endingRank, isPluginFile, pluginDirectory } from './plugin-file.ts';

/** How an event directory is read. */
export interface ReadOptions {
  /** Found out if it is not given. */
  readonly convention?: Convention | undefined;
  /**
   * Whether scripts are checked for an interpreter; without one they are disabled. Who executes them finds this out anyway
   * and need not check.
   */
  readonly looksInside?: boolean;
}

/**
 * Reads an event directory afresh.
 *
 * @throws EventDirectoryError if the directory is missing or cannot be read.
 */
export function readEventDirectory(
  path: string,
  { convention, looksInside = true }: ReadOptions = {},
): EventDirectory {
  const files = listDirectory(path);
  const found = sortOut(path, files, convention ?? detectConvention(path, files));
  const whyNotRun = looksInside ? whyNotRunInside : whyNotExecuted;
  if (found.convention === 'legacy') return arrange(path, found, whyNotRun);
  // An older ctdbd executes every file in its events.d, so plugins are beside it.
  const beside = pluginDirectory(path);
  const plugins = sortOut(beside, listIfThere(beside), 'legacy');
  return arrange(
    path,
    {
      convention: found.convention,
      candidates: [
        ...found.candidates.filter(({ path: file }) => !isPluginFile(file)),
        ...plugins.candidates,
      ],
      ignored: [...found.ignored, ...plugins.ignored],
    },
    whyNotRun,
  );
}

interface Candidate {
  readonly name: string;
  readonly kind: 'plugin' | 'script';
  readonly path: string;
  /** Whether it is a link. Other files need not be followed. */
  readonly isLink: boolean;
}

interface Found {
  readonly convention: Convention;
  readonly candidates: readonly Candidate[];
  readonly ignored: readonly Ignored[];
}

function listDirectory(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'it does not exist' : code === 'ENOTDIR' ? 'it is not a directory' : String(code);
    throw new EventDirectoryError(`Cannot read the event directory ${path}: ${why}`, { cause: error });
  }
}

function listIfThere(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    return listDirectory(path);
  }
}

/** A directory with a `.script` has the later convention. One without has the older convention if it has any NN.name. */
function detectConvention(path: string, files: readonly Dirent[]): Convention {
  if (basename(path) === 'events.d') return 'events.d';
  if (files.some(({ name }) => name.endsWith('.script'))) return 'legacy';
  return files.some(({ name }) => readFileName(name, 'events.d').kind === 'script') ? 'events.d' : 'legacy';
}

function sortOut(directory: string, files: readonly Dirent[], convention: Convention): Found {
  const candidates: Candidate[] = [];
  const ignored: Ignored[] = [];
  for (const file of files.toSorted((a, b) => byName(a.name, b.name))) {
    const path = join(directory, file.name);
    const read = readFileName(file.name, convention);
    const isLink = file.isSymbolicLink();
    if (read.kind === 'ignored') ignored.push({ path, why: read.why });
    else if (read.kind !== 'options')
      candidates.push({ name: read.name, kind: isLink ? kindOf(read.kind, path) : read.kind, path, isLink });
  }
  return { convention, candidates, ignored };
}

/** The kind of an entry: a script that is a link to ctdb-hook is the plugin of that name. */
function kindOf(kind: 'plugin' | 'script', path: string): 'plugin' | 'script' {
  return kind === 'script' && isHookLink(path) ? 'plugin' : kind;
}

/**
 * Whether the path leads to the program bin/ctdb-hook of any copy of this package. The copy may be gone: the meaning of
 * such a link is known all the same.
 */
export function isHookLink(path: string): boolean {
  try {
    const target = targetOf(path);
    return target !== undefined && basename(target) === 'ctdb-hook' && basename(dirname(target)) === 'bin';
  } catch {
    return false;
  }
}

/** Puts the candidates in order, and makes one entry of each name. */
function arrange(
  path: string,
  { convention, candidates, ignored }: Found,
  whyNotRun: (path: string) => string | undefined,
): EventDirectory {
  const entries: Entry[] = [];
  const more = [...ignored];
  const problems: string[] = [];
  const byEntry = Map.groupBy(candidates, ({ name }) => name);
  for (const [name, same] of inOrder(byEntry, convention)) {
    const plugins = same.filter((candidate) => candidate.kind === 'plugin');
    const files = plugins.filter(({ path: file }) => isPluginFile(file)).sort(byEnding);
    const links = plugins.filter(({ path: file }) => !isPluginFile(file));
    const script = same.find((candidate) => candidate.kind === 'script');
    const plugin = files[0] ?? links[0];
    if (plugin !== undefined && script !== undefined && leadsNowhere(plugin)) {
      problems.push(danglingBeside(plugin, script));
      entries.push({ name, kind: 'script', path: script.path, ...disabledIf(whyNotRun(script.path)) });
      continue;
    }
    for (const { path: other } of files.slice(1))
      more.push({ path: other, why: `${basename(files[0]?.path ?? '')} is the plugin of that name` });
    if (plugin !== undefined) entries.push(pluginEntry(plugin, links[0], script));
    else if (script !== undefined)
      entries.push({ name, kind: 'script', path: script.path, ...disabledIf(whyNotRun(script.path)) });
  }
  return { path, convention, entries, ignored: more, problems };
}

/**
 * Whether it is a dangling link. Links to a built-in plugin or to ctdb-hook do not count: their meaning is known without a
 * target.
 */
const leadsNowhere = ({ path, isLink }: Candidate): boolean =>
  isLink && !existsSync(path) && builtinOfSource(path) === undefined && !isHookLink(path);

const danglingBeside = (plugin: Candidate, script: Candidate): string =>
  `ERROR: ${plugin.path} is a dangling link to ${targetOf(plugin.path) ?? 'itself'}, expected a plugin: ${basename(script.path)} runs`;

/** ctdbd compares file names, with their `.script`, so `50.samba-extra` comes before `50.samba`. */
function inOrder<T>(byEntry: ReadonlyMap<string, T>, convention: Convention): (readonly [string, T])[] {
  const ending = convention === 'legacy' ? '.script' : '';
  return [...byEntry].sort(([a], [b]) => byName(a + ending, b + ending));
}

const byEnding = (a: Candidate, b: Candidate): number => endingRank(a.path) - endingRank(b.path);

function pluginEntry(plugin: Candidate, link: Candidate | undefined, script: Candidate | undefined): Entry {
  const { name, kind, path } = plugin;
  const enabledByLink = link !== undefined || (plugin.isLink && builtinOfSource(path) !== undefined);
  return {
    name,
    kind,
    path,
    // A dangling link does not disable a plugin: loading it says what is wrong.
    ...disabledIf(enabledByLink || (plugin.isLink && !existsSync(path)) ? undefined : whyNotExecuted(path)),
    ...(script === undefined ? {} : { replaces: script.path }),
  };
}

const disabledIf = (why: string | undefined): { disabled?: string } =>
  why === undefined ? {} : { disabled: why };

/** Why a script does not run. CTDB 4.22 and later find this out when they try to execute it. */
function whyNotRunInside(path: string): string | undefined {
  const why = whyNotExecuted(path);
  if (why !== undefined) return why;
  switch (whyNotExecutable(path)) {
    case 'ENOEXEC':
      return 'it has no interpreter line (#!)';
    case 'ENOENT':
      return 'its interpreter is missing';
    default:
      return undefined; // Running the script will show what is wrong.
  }
}

/** Why ctdbd would not execute the file; undefined if it would. ctdbd looks at the owner's execute bit. */
function whyNotExecuted(path: string): string | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return 'a dangling link';
    if (!found.isFile()) return 'not a file';
    return (found.mode & constants.S_IXUSR) === 0 ? 'the owner may not execute it' : undefined;
  } catch (error) {
    return `cannot be read: ${String((error as NodeJS.ErrnoException).code)}`;
  }
}
