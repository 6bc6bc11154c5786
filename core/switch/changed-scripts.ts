import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isHookLink } from '../event-directory/read-event-directory.ts';
import { Dpkg } from './dpkg.ts';
import { stockEnding } from './stand-in.ts';

/** The names of scripts of an event directory in whose place there is a link to ctdb-hook, or which it has put aside. */
export async function changedScripts(directory: string): Promise<readonly string[]> {
  const kept = `.script${stockEnding}`;
  const names = filesOf(directory).flatMap((file) => {
    if (file.endsWith(kept)) return [file.slice(0, -kept.length)];
    const isLink = file.endsWith('.script') && isHookLink(join(directory, file));
    return isLink ? [basename(file, '.script')] : [];
  });
  // A script that has to stay away, and that CTDB does not bring now, has left no file.
  const diverted = (await (await Dpkg.find())?.pathsDiverted(join(directory, '*.script'), stockEnding)) ?? [];
  return [...new Set([...names, ...diverted.map((path) => basename(path, '.script'))])].sort();
}

function filesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
