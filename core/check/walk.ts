import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Most files that are looked at. */
export const filesMax = 20_000;

/** How many directories deep it is looked. */
export const depthMax = 20;

/** A file below a directory. */
export interface WalkedFile {
  readonly path: string;
  readonly isLink: boolean;
}

/** What is below a directory, as far as it was looked. */
export interface Walked {
  readonly files: readonly WalkedFile[];
  /** Directories that cannot be read, each with the error's name. */
  readonly unreadable: readonly { readonly path: string; readonly code: string }[];
  /** Why not all was looked at. */
  readonly leftOut?: string;
}

/** Walks a directory. Links are not followed, so that those in circles have an end. */
export function walk(directory: string): Walked {
  const files: WalkedFile[] = [];
  const unreadable: { path: string; code: string }[] = [];
  let leftOut: string | undefined;
  const left = [{ path: directory, depth: 0 }];
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    for (const entry of entriesOf(next.path, unreadable)) {
      const path = join(next.path, entry.name);
      if (files.length >= filesMax)
        return { files, unreadable, leftOut: `there are more than ${filesMax} files` };
      files.push({ path, isLink: entry.isSymbolicLink() });
      if (!entry.isDirectory()) continue;
      if (next.depth < depthMax) left.push({ path, depth: next.depth + 1 });
      else leftOut = `${path} is more than ${depthMax} directories deep`;
    }
  }
  return { files, unreadable, ...(leftOut !== undefined && { leftOut }) };
}

function entriesOf(path: string, unreadable: { path: string; code: string }[]): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    unreadable.push({ path, code: String((error as NodeJS.ErrnoException).code) });
    return [];
  }
}
