import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { plant, temporaryDirectory } from '../support/temporary-directory.ts';

const { scripts } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};

test('the Node among the dependencies is run, whatever node is in PATH', async () => {
  const bin = temporaryDirectory();
  plant(bin, { node: { text: '#!/bin/sh\necho v18.0.0\n', mode: 0o755 } });
  const { stdout } = await execa(join(packageRoot, '.config/node'), ['-p', 'process.version'], {
    env: { PATH: `${bin}:/usr/bin:/bin` },
    extendEnv: false,
  });
  expect(stdout).toMatch(/^v24\./);
});

test.each(Object.entries(scripts))('npm run %s needs no program but npm and a shell', (_name, script) => {
  for (const command of script.split(' && ')) {
    expect(command).toMatch(/^(npm (run [\w:]+|test)( --silent)?( -- [-\w.= ]+)?$|sh \.config\/[\w-]+( |$))/);
    // By its path: npm makes links to tools in node_modules/.bin, which run on the node in PATH.
    const [, , tool = ''] = command.match(/^sh \.config\/node (--[\w=-]+ )?(\S+)/) ?? [];
    expect(tool).toMatch(/^$|^(test|\.config|node_modules\/(?!\.bin))\/?\S+\.(ts|js|cjs|mjs)$|\/bin\/tsc$/);
  }
});
