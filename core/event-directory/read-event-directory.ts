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
  /** Detected when it is not given. */
  readonly convention?: Convention | undefined;
  /**
   * Whether scripts are looked into for an interpreter, without which they are disabled. To execute one tells as much,
   * so who reads the directory for that alone need not.
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
  // An older ctdbd executes whatever stands in its events.d, so plugins live beside it.
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
  /** What is no link leads nowhere else, and need not be followed. */
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

/** A directory with any `.script` is of the later convention; one without is of the older if it has any NN.name. */
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

/** A script that is a link to ctdb-hook is the plugin that it names. */
function kindOf(kind: 'plugin' | 'script', path: string): 'plugin' | 'script' {
  return kind === 'script' && isHookLink(path) ? 'plugin' : kind;
}

/**
 * Whether the path leads to the program bin/ctdb-hook, of whatever copy of this package: also of one that is gone, for what
 * such a link stands for is known all the same.
 */
export function isHookLink(path: string): boolean {
  try {
    const target = targetOf(path);
    return target !== undefined && basename(target) === 'ctdb-hook' && basename(dirname(target)) === 'bin';
  } catch {
    return false;
  }
}

/** Puts the candidates in order and lets each name stand for one entry. */
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

/** Whether it is a link that dangles, and not one to a built-in plugin or to ctdb-hook, which are known without it. */
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
    // A link that dangles is no way to disable a plugin: to load it says what is wrong.
    ...disabledIf(enabledByLink || (plugin.isLink && !existsSync(path)) ? undefined : whyNotExecuted(path)),
    ...(script === undefined ? {} : { replaces: script.path }),
  };
}

const disabledIf = (why: string | undefined): { disabled?: string } =>
  why === undefined ? {} : { disabled: why };

/** Why a script is not run, which CTDB 4.22 and later also finds when it tries to execute it. */
function whyNotRunInside(path: string): string | undefined {
  const why = whyNotExecuted(path);
  if (why !== undefined) return why;
  switch (whyNotExecutable(path)) {
    case 'ENOEXEC':
      return 'it has no interpreter line (#!)';
    case 'ENOENT':
      return 'its interpreter is missing';
    default:
      return undefined; // Whatever it is, to run it will tell.
  }
}

/** Why ctdbd would not execute the file, or undefined if it would: it looks at the owner's execute bit. */
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
