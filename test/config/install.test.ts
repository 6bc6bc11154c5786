import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { plant, temporaryDirectory } from '../support/temporary-directory.ts';

/** Runs .config/install in a checkout where nothing is installed, with these programs and those of the system in PATH. */
async function install(programs: Readonly<Record<string, string>>) {
  const checkout = temporaryDirectory();
  mkdirSync(join(checkout, '.config'));
  for (const name of ['.config/install', 'package.json', 'npm-shrinkwrap.json'])
    copyFileSync(join(packageRoot, name), join(checkout, name));
  const bin = join(checkout, 'bin');
  mkdirSync(bin);
  for (const [name, text] of Object.entries(programs)) plant(bin, { [name]: { text, mode: 0o755 } });
  const { exitCode, stdout, stderr } = await execa('/bin/sh', [join(checkout, '.config/install')], {
    env: { PATH: `${bin}:/bin` },
    extendEnv: false,
    reject: false,
  });
  return { exitCode, stdout, stderr };
}

test('what npm fetches is refused where it is not what package.json names, before anything of it runs', async () => {
  const lies = `#!/bin/sh
    name=$(echo "$2" | tr @ -)
    mkdir package && echo 'echo a stranger >&2' >package/file && tar -czf "$name.tgz" package`;
  const { exitCode, stdout, stderr } = await install({ npm: lies });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toMatch(
    /^install: npm 11\.\d+\.\d+ is not what is expected: its SHA-512 is [0-9a-f]{128}, expected [0-9a-f]{128}$/,
  );
});

test('where npm cannot fetch, its own words come first', async () => {
  const npm = '#!/bin/sh\necho "npm error network" >&2\nexit 1\n';
  const { exitCode, stderr } = await install({ npm });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^npm error network\ninstall: npm cannot fetch npm 11\.\d+\.\d+$/);
});

test('a machine of another architecture is named', async () => {
  const { exitCode, stderr } = await install({ npm: '#!/bin/sh\n', uname: '#!/bin/sh\necho riscv64\n' });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: 'install: a machine of x86_64 or aarch64 is needed, this one is riscv64',
  });
});
