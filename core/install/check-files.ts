import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { packagedAs } from '../package/packaged-as.ts';
import { packageRoot } from '../package/package-root.ts';
import type { Step } from '../switch/steps.ts';

/** Lines as of `sha256sum`, for every other file of the package: .config/package writes them. */
export const checksumsFile = 'checksums';

/** How much of a file is read at once, in bytes. */
const chunkBytes = 1024 * 1024;

/** The step that compares all files of a package with its checksums, before anything is changed. npm has its own. */
export function checkFilesStep(): Step[] {
  if (packagedAs() === undefined) return [];
  return [
    {
      what: `Check that all files of ${packageRoot} are as they were packed`,
      take: () => {
        const wrong = wrongFiles(packageRoot);
        if (wrong.length > 0)
          throw new Error(
            `${wrong.slice(0, 3).join(', ')}${wrong.length > 3 ? ` and ${wrong.length - 3} more` : ''}: unpack or install it again`,
          );
      },
      undo: () => undefined,
    },
  ];
}

/** The files that are missing or changed, with that word. */
export function wrongFiles(folder: string): readonly string[] {
  const lines = readFileSync(join(folder, checksumsFile), 'utf8').split('\n').slice(0, -1);
  if (lines.length === 0) return [`${checksumsFile} is empty`];
  return lines.flatMap((line) => {
    const [sum = '', path = ''] = line.split('  ');
    const found = sumOf(join(folder, path));
    if (found === undefined) return [`${path} is missing`];
    return found === sum ? [] : [`${path} has changed`];
  });
}

function sumOf(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const hash = createHash('sha256');
    const chunk = Buffer.alloc(chunkBytes);
    for (let length; (length = readSync(file, chunk)) > 0;) hash.update(chunk.subarray(0, length));
    return hash.digest('hex');
  } finally {
    closeSync(file);
  }
}
