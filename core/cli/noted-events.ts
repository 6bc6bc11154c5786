import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../files/cache-directory.ts';
import { replaceFile } from '../files/replace-file.ts';
import { makeLastDirectory } from '../files/make-directory.ts';

/** What a plugin handles, and from what that is known. */
export interface NotedEvents {
  readonly name: string;
  /** The path under which it was found, a link perhaps. */
  readonly path: string;
  /** The file that this led to. */
  readonly file: string;
  readonly events: readonly string[];
  /** Each file that it consists of, with the identity it had when it was loaded. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Notes for bin/ctdb-hook which events a plugin handles: the path it was called for, the events, and each file with its
 * identity, a line each.
 */
export function noteEvents({ name, path, file, events, files }: NotedEvents): void {
  const cache = cacheDirectory();
  const identity = files.get(file);
  const paths = [path, ...files.keys()];
  if (cache === undefined || identity === undefined) return; // A built-in has its list from the build.
  if (paths.some((each) => /[\n\\]/.test(each))) return;
  // The path as well as what it led to: it may come to lead elsewhere.
  const lines = [[path, identity], ...files].map(([each, was]) => `${was} ${each}`);
  const text = [path, events.join(' '), ...lines, ''].join('\n');
  try {
    const note = join(cache, 'events', name);
    if (existsSync(note) && readFileSync(note, 'utf8') === text) return;
    makeLastDirectory(join(cache, 'events'));
    replaceFile(note, text);
  } catch {
    return; // Without a note the next event starts Node, as this one did.
  }
}
