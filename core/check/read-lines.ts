import { readTextFile, TextFileError } from '../files/text-file.ts';
import type { Finding } from './rule.ts';

/** The lines of a file, without their line breaks. */
export interface FileLines {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

/** Reads a file, or says why it cannot be read. Undefined if there is none. */
export async function readLines(path: string): Promise<FileLines | Finding | undefined> {
  try {
    const file = await readTextFile(path);
    if (file === undefined) return undefined;
    const lines = file.text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    return { path, text: file.text, lines };
  } catch (error) {
    if (!(error instanceof TextFileError)) throw error;
    return { severity: 'error', path, what: error.message.replace(`${path}: `, '') };
  }
}

/** Whether a file could not be read. */
export const isFinding = (read: FileLines | Finding): read is Finding => 'severity' in read;
