import { constants, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { plainOrBytes, textOf } from '../text/bytes-as-text.ts';
import { identityOfStats, isSettled } from './file-identity.ts';

/** Most bytes that a configuration file may have. */
export const textFileBytesMax = 1024 * 1024;

/** The text of a file at one moment. */
export interface TextFile {
  readonly text: string;
  /** Differs after every change of the file; compare it with `identifyFile`. */
  readonly identity: string;
  /** Whether the file did not change during the read, and `identity` can be relied on: see `isSettled`. */
  readonly settled: boolean;
}

/** A file is there but cannot be used. `message` says which and why. */
export class TextFileError extends Error {
  override name = 'TextFileError';
}

/**
 * Reads a file as text (`textOf`). Undefined if there is none; a dangling link counts as none.
 *
 * @throws TextFileError if it is no regular file, cannot be read, or is larger than `textFileBytesMax`.
 */
export async function readTextFile(path: string): Promise<TextFile | undefined> {
  try {
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    await using file = await open(plainOrBytes(path), constants.O_RDONLY | constants.O_NONBLOCK);
    const before = await file.stat({ bigint: true });
    if (!before.isFile()) throw new TextFileError(`${path}: is no regular file, expected one`);
    if (before.size > textFileBytesMax) {
      throw new TextFileError(`${path}: has ${before.size} bytes, expected ${textFileBytesMax} at most`);
    }
    const text = textOf(await file.readFile());
    const identity = identityOfStats(await file.stat({ bigint: true }));
    return { text, identity, settled: identity === identityOfStats(before) && isSettled(identity) };
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw asTextFileError(path, error);
  }
}

/**
 * The identity of a file (`fileIdentity`), or undefined if there is no file.
 *
 * @throws TextFileError if the file cannot be looked at.
 */
export function identifyFile(path: string): string | undefined {
  try {
    // This is synchronous: each event asks for many files, and a turn of the thread pool costs fifty times the call.
    const found = statSync(plainOrBytes(path), { bigint: true, throwIfNoEntry: false });
    return found && identityOfStats(found);
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw asTextFileError(path, error);
  }
}

const isMissingFile = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

function asTextFileError(path: string, cause: unknown): unknown {
  if (cause instanceof TextFileError || !(cause instanceof Error)) return cause;
  return new TextFileError(`${path}: cannot be read: ${cause.message}`, { cause });
}
