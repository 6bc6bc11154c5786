import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../files/cache-directory.ts';
import { fnv1a } from '../text/fnv1a.ts';
import { replaceFile } from '../files/replace-file.ts';
import { makeLastDirectory } from '../files/make-directory.ts';

/** A module as it was loaded: its format for Node, and its text as JavaScript or JSON. */
export interface KeptModule {
  readonly url: string;
  readonly format: string;
  readonly source: string;
}

/** Everything that a plugin consisted of when it was last loaded, except what each of our processes has itself. */
export interface KeptVersion {
  /** The path of its entry. */
  readonly path: string;
  /** The file to which the entry led. */
  readonly file: string;
  readonly modules: readonly KeptModule[];
  /** The URL to which each import led. */
  readonly imports: readonly (readonly [parent: string, specifier: string, url: string])[];
}

/** Most characters of a version. The packages of a larger plugin have to be bundled; otherwise it is not kept. */
export const versionLengthMax = 16 * 1024 * 1024;

/** What is kept of a plugin: its last good version, the note that an operator gave it up, or nothing. */
export type Kept = KeptVersion | 'given up' | undefined;

/** The texts that this process knows to be on disk. */
const known = new Map<string, string>();

/**
 * Keeps everything that a plugin consists of, so that it goes on when its files no longer load.
 *
 * @throws the error of the file system if the disk does not take it; the earlier version stays then.
 */
export function keepVersion(name: string, version: KeptVersion): void {
  const place = keptVersionPath(name, version.path);
  const text = JSON.stringify(version);
  if (place === undefined || (known.get(place) ?? read(place)) === text) return;
  write(place, text);
}

/** What is kept of the plugin with this entry. */
export function keptVersion(name: string, path: string): Kept {
  const place = keptVersionPath(name, path);
  const text = place === undefined ? undefined : read(place);
  if (text === undefined) return undefined;
  try {
    const version = JSON.parse(text) as KeptVersion | { readonly givenUp: string };
    if ('givenUp' in version) return version.givenUp === path ? 'given up' : undefined;
    return version.path === path ? version : undefined;
  } catch {
    return undefined; // An incomplete file counts as none.
  }
}

/**
 * Gives up the kept version of a plugin, until it loads again.
 *
 * @returns whether anything was kept
 * @throws the error of the file system
 */
export function giveUpVersion(name: string, path: string): boolean {
  const place = keptVersionPath(name, path);
  if (place === undefined || typeof keptVersion(name, path) !== 'object') return false;
  write(place, JSON.stringify({ givenUp: path }));
  return true;
}

/** The file of a plugin's kept version; undefined without a cache directory. Each entry has one. */
export function keptVersionPath(name: string, path: string): string | undefined {
  const directory = cacheDirectory();
  return directory === undefined ? undefined : join(directory, 'plugins', `${name}-${fnv1a(path)}.json`);
}

function read(place: string): string | undefined {
  try {
    return readFileSync(place, 'utf8');
  } catch {
    return undefined;
  }
}

function write(place: string, text: string): void {
  known.delete(place);
  makeLastDirectory(join(place, '..'));
  replaceFile(place, text);
  known.set(place, text);
}
