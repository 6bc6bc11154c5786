import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../files/cache-directory.ts';
import { fnv1a } from '../text/fnv1a.ts';
import { replaceFile } from '../files/replace-file.ts';
import { makeLastDirectory } from '../files/make-directory.ts';

/** A module as it was loaded: what Node is to take it for, and its text as JavaScript or JSON. */
export interface KeptModule {
  readonly url: string;
  readonly format: string;
  readonly source: string;
}

/** All that a plugin consisted of when it was loaded last, but for what every process of ours has itself. */
export interface KeptVersion {
  /** Where its entry stands. */
  readonly path: string;
  /** The file that this led to. */
  readonly file: string;
  readonly modules: readonly KeptModule[];
  /** What each import led to. */
  readonly imports: readonly (readonly [parent: string, specifier: string, url: string])[];
}

/** Most characters of a version. A plugin that comes with more has its packages bundled, or is not kept. */
export const versionLengthMax = 16 * 1024 * 1024;

/** What is kept of a plugin: its last good version, that an operator gave it up, or nothing. */
export type Kept = KeptVersion | 'given up' | undefined;

/** What this process knows to be on disk. */
const known = new Map<string, string>();

/**
 * Keeps what a plugin consists of, so that it goes on when its files no longer load.
 *
 * @throws the error of the file system if the disk does not take it; what was kept before is kept then.
 */
export function keepVersion(name: string, version: KeptVersion): void {
  const place = keptVersionPath(name, version.path);
  const text = JSON.stringify(version);
  if (place === undefined || (known.get(place) ?? read(place)) === text) return;
  write(place, text);
}

/** What is kept of the plugin whose entry stands there. */
export function keptVersion(name: string, path: string): Kept {
  const place = keptVersionPath(name, path);
  const text = place === undefined ? undefined : read(place);
  if (text === undefined) return undefined;
  try {
    const version = JSON.parse(text) as KeptVersion | { readonly givenUp: string };
    if ('givenUp' in version) return version.givenUp === path ? 'given up' : undefined;
    return version.path === path ? version : undefined;
  } catch {
    return undefined; // Half a file is none.
  }
}

/**
 * Gives up what is kept of a plugin, until it loads again.
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

/** The file that changes when what is kept of a plugin does, if there is a place for it. One for each entry there is. */
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
