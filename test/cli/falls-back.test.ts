import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { HookNode } from '../support/hook-node.ts';
import { plant, script, temporaryDirectory } from '../support/temporary-directory.ts';

describe('bin/ctdb-hook by a link, where no plugin can run', () => {
  const breaks: readonly [what: string, how: (copy: string) => Promise<unknown>, why: RegExp][] = [
    [
      'a built-in plugin does not load',
      (copy) =>
        execa('sh', ['-c', 'echo "throw new Error(1)" >$0', `${copy}/dist/plugins/10.interface/plugin.js`]),
      /cannot run 10\.interface: it does not load: CTDB's own runs in its place/,
    ],
    [
      'Node is being written and cannot be executed',
      (copy) => {
        const writing = openSync(`${copy}/node_modules/node-linux-${process.arch}/bin/node`, 'a');
        onTestFinished(() => {
          closeSync(writing);
        });
        return Promise.resolve();
      },
      /cannot run 10\.interface: its Node could not be started \(status 126\): CTDB's own runs in its place/,
    ],
    [
      'Node ends because another version has taken the place of the one with which it began',
      (copy) => {
        const text =
          "require('node:fs').writeFileSync(`${__dirname}/build-id`, 'other\\n');\nprocess.exit(1);\n";
        plant(copy, { 'dist/hook.js': text, 'dist/package.json': '{ "type": "commonjs" }' });
        return Promise.resolve();
      },
      /cannot run 10\.interface: \S+ is another version since: CTDB's own runs in its place/,
    ],
  ];

  test.each(breaks)('%s: the stock script beside the link does the event', async (_what, breakIt, why) => {
    const copy = join(temporaryDirectory(), 'ctdb-hook');
    const node = `node_modules/node-linux-${process.arch}`;
    await execa('mkdir', ['-p', `${copy}/node_modules`]);
    for (const part of ['bin', 'dist', 'plugins', 'package.json', node])
      await execa('cp', ['-rL', join(packageRoot, part), join(copy, part)]);
    await breakIt(copy);
    const { base, events } = new HookNode();
    plant(events, {
      '10.interface.script': { target: join(copy, 'bin/ctdb-hook') },
      '10.interface.script.stock': script('echo "stock $*"'),
    });
    const { exitCode, stdout } = await execa(
      join(events, '10.interface.script'),
      ['releaseip', 'lo', '10.255.0.1', '8'],
      { env: { CTDB_TEST_MODE: '1', CTDB_BASE: base }, reject: false },
    );
    expect(stdout).toMatch(why);
    expect(stdout).toMatch(/^stock releaseip lo 10\.255\.0\.1 8$/m);
    expect(exitCode).toBe(0);
  });
});
