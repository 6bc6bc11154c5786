import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../files/cache-directory.ts';
import { identityIfThere } from '../files/file-identity.ts';
import { replaceFile } from '../files/replace-file.ts';
import { makeLastDirectory } from '../files/make-directory.ts';

/** The events that a plugin handles, and the files from which this is known. */
export interface NotedEvents {
  readonly name: string;
  /** The path by which it was found; it may be a link. */
  readonly path: string;
  /** The file to which the path led. */
  readonly file: string;
  readonly events: readonly string[];
  /** Each file that it consists of, with the identity that it had when it was loaded. */
  readonly files: ReadonlyMap<string, string>;
}

/** The events that were noted of the plugin of this entry, if none of its files has changed since. */
export function notedEventsOf(name: string, path: string): ReadonlySet<string> | undefined {
  const cache = cacheDirectory();
  if (cache === undefined) return undefined;
  try {
    const [noted, events = '', ...lines] = readFileSync(join(cache, 'events', name), 'utf8').split('\n');
    const files = lines.slice(0, -1).map((line) => {
      const blank = line.indexOf(' ');
      return { was: line.slice(0, blank), file: line.slice(blank + 1) };
    });
    const isSame = noted === path && files.every(({ was, file }) => identityIfThere(file) === was);
    return isSame ? new Set(events.split(' ')) : undefined;
  } catch {
    return undefined; // There is none.
  }
}

/**
 * Notes for bin/ctdb-hook which events a plugin handles. The note has one line each for the path by which it was called,
 * for the events, and for each file with its identity.
 */
export function noteEvents({ name, path, file, events, files }: NotedEvents): void {
  const cache = cacheDirectory();
  const identity = files.get(file);
  const paths = [path, ...files.keys()];
  if (cache === undefined || identity === undefined) return; // The build has made the list of a built-in plugin.
  if (paths.some((each) => /[\n\\]/.test(each))) return;
  // This includes the path itself: a link may come to lead elsewhere.
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
