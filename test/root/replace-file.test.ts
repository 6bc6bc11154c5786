import { chmodSync, chownSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileChanges } from '../../core/run/context/files.ts';
import { stranger } from '../support/stranger.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('a file that is replaced keeps its owner and its mode', async () => {
  const path = join(temporaryDirectory({ list: 'old' }), 'list');
  chownSync(path, stranger, stranger + 1);
  chmodSync(path, 0o4660);
  await fileChanges.write(path, 'new');
  const { uid, gid, mode } = statSync(path);
  expect([uid, gid, mode & 0o7777]).toEqual([stranger, stranger + 1, 0o4660]);
});
