import { writeFileSync } from 'node:fs';
import { UsageError } from '../links/usage-error.ts';

/**
 * Writes a file that was not there before, for its owner alone: what scripts said may be for nobody else.
 *
 * @param option the option that names it.
 * @throws UsageError if it is there, or cannot be written.
 */
export function writeNewFile(option: string, path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new UsageError(cannotWrite(option, path, error), { cause: error });
  }
}

/** Why a file cannot be written. */
export function cannotWrite(option: string, path: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'EEXIST'
    ? `${option}: ${path} is there already, and is not written over`
    : `${option}: ${message}`;
}
