import { chmodSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkTrust, checkTrustOnTheWay, Untrusted } from '../../core/files/trust.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** A file that is reached through a link: `plugins/a` by `events/a`. */
function linked() {
  const base = temporaryDirectory({
    'plugins/a': '',
    'others/a': '',
    'events/a': { target: '../plugins/a' },
  });
  chmodSync(join(base, 'others'), 0o777);
  const path = join(base, 'events/a');
  return { base, path, way: checkTrust(path) };
}

test('a way on which nothing has changed is the same way', () => {
  const { path, way } = linked();
  expect(checkTrust(path)).toBe(way);
  expect(checkTrustOnTheWay(path)).toBe(way);
});

test.each<[string, (base: string) => void]>([
  [
    'the file',
    (base) => {
      chmodSync(join(base, 'plugins/a'), 0o666);
    },
  ],
  [
    'the directory of the link',
    (base) => {
      chmodSync(join(base, 'events'), 0o777);
    },
  ],
  [
    'the directory that the link leads to',
    (base) => {
      chmodSync(join(base, 'plugins'), 0o777);
    },
  ],
  [
    'a directory above',
    (base) => {
      chmodSync(base, 0o777);
    },
  ],
  [
    'where the link leads to',
    (base) => {
      rmSync(join(base, 'events/a'));
      symlinkSync('../others/a', join(base, 'events/a'));
    },
  ],
  [
    'a directory that has become a link',
    (base) => {
      renameSync(join(base, 'plugins'), join(base, 'before'));
      symlinkSync('others', join(base, 'plugins'));
    },
  ],
])('what was trusted is refused after a change of %s', (_what, change) => {
  const { base, path } = linked();
  change(base);
  expect(() => checkTrust(path)).toThrow(Untrusted);
  expect(() => checkTrustOnTheWay(path)).toThrow(Untrusted);
});

test('what was trusted and has gone is no longer found', () => {
  const { base, path, way } = linked();
  rmSync(join(base, 'plugins/a'));
  expect(() => checkTrust(path)).toThrow('ENOENT');
  expect(checkTrustOnTheWay(path)).not.toBe(way);
});

test('a way is another one when a directory on it was replaced by a link to a trusted one', () => {
  const { base, path, way } = linked();
  renameSync(join(base, 'plugins'), join(base, 'before'));
  symlinkSync('before', join(base, 'plugins'));
  expect(checkTrust(path)).not.toBe(way);
});
