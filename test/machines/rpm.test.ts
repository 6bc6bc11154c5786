import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { packageVersion } from '../../core/package/package-version.ts';
import { buildPackage } from '../support/package-files.ts';

test('rpmbuild makes an RPM package, the same bytes twice, that says what it needs and undoes install when it is removed', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ctdb-hook-rpm-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const rpm = await buildPackage('rpm', join(directory, 'first'));
  const again = await buildPackage('rpm', join(directory, 'second'));
  expect(readFileSync(again).equals(readFileSync(rpm))).toBe(true);
  const ask = async (...words: string[]): Promise<string> =>
    (await execa('rpm', ['-qp', ...words, rpm])).stdout;
  expect(await ask('--requires')).toMatch(/^libc\.so\.6\(GLIBC_2\.\d+\)\(64bit\)$/m);
  const folder = `/usr/lib/ctdb-hook-${packageVersion()}`;
  expect((await ask('--list')).split('\n')).toEqual(
    expect.arrayContaining([
      '/usr/bin/ctdb-hook',
      `${folder}/node/bin/node`,
      '/usr/share/man/man8/ctdb-hook.8.gz',
    ]),
  );
  expect(await ask('--scripts')).toContain(`[ "$1" != 0 ] || ${folder}/bin/ctdb-hook uninstall\n`);
});
