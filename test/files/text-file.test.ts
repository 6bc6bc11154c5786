import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { ParsedFiles } from '../../core/ctdb-config/parsed-files.ts';
import { readTextFile, TextFileError, textFileBytesMax } from '../../core/files/text-file.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

it('takes a dangling link for no file', async () => {
  const directory = temporaryDirectory();
  symlinkSync('nowhere', join(directory, 'x'));
  expect(await readTextFile(join(directory, 'x'))).toBeUndefined();
});

it('refuses a directory', async () => {
  const path = join(temporaryDirectory(), 'x');
  mkdirSync(path);
  await expect(readTextFile(path)).rejects.toThrow(
    new TextFileError(`${path}: is no regular file, expected one`),
  );
});

it('refuses a named pipe instead of waiting for its writer', async () => {
  const path = join(temporaryDirectory(), 'x');
  execFileSync('mkfifo', [path]);
  await expect(readTextFile(path)).rejects.toThrow(`${path}: is no regular file, expected one`);
});

it('refuses a file that is too large for what it should be', async () => {
  const path = join(temporaryDirectory({ x: '' }), 'x');
  truncateSync(path, textFileBytesMax + 1);
  await expect(readTextFile(path)).rejects.toThrow(`${path}: has 1048577 bytes, expected 1048576 at most`);
});

it('parses a file again only when it has changed', async () => {
  const path = join(temporaryDirectory({ x: 'one' }), 'x');
  const parse = vi.fn((text: string) => text.toUpperCase());
  const files = new ParsedFiles(parse);
  // A file that was changed just now is not remembered yet.
  await vi.waitFor(async () => {
    parse.mockClear();
    expect(await files.read(path)).toBe('ONE');
    expect(parse).not.toHaveBeenCalled();
  }, 5000);
  writeFileSync(path, 'two');
  expect(await files.read(path)).toBe('TWO');
  expect(parse).toHaveBeenCalledTimes(1);
});
