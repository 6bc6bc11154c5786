import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { HookNode, pluginText } from '../support/hook-node.ts';
import { plant, temporaryDirectory } from '../support/temporary-directory.ts';

/** A node with one plugin, and what `ctdb-hook run` says of an event. */
function nodeWith(members: string, imports?: string): HookNode {
  return new HookNode({ '60.web.js': { text: pluginText(members, imports), mode: 0o755 } });
}

const line = (node: HookNode, count: number): string => `${join(node.events, '60.web.js')}:${count}`;

test('an event that returns unhealthy is told that only monitor may, and what fails it', async () => {
  const node = nodeWith(`startup: () => unhealthy('no disk'), releaseip: () => unhealthy('no'), takeip() {},
    ipreallocated: async () => healthy`);
  expect(await node.hook('run', 'startup')).toMatchObject({
    status: 0,
    output:
      'WARNING: 60.web: startup returned unhealthy("no disk"), which counts at monitor only: throw new Failure("no disk") fails startup\n',
  });
  expect(await node.hook('run', 'releaseip', 'eth0', '192.0.2.1', '24')).toMatchObject({ status: 0 });
  expect(await node.hook('run', 'ipreallocated')).toMatchObject({ status: 0, output: '' });
});

test('a call that is not awaited is told with its line, where it still runs or fails when the handler has returned', async () => {
  const node = nodeWith(`monitor(_event, { run }) {
      run(['sleep', '60']);
      void run(['false']).then(() => { throw new Error('late'); });
      return healthy;
    },
    startup: (_event, { run }) => run(['true']).then(() => undefined),
    setup(_event, { run }) {
      const { ok } = run(['sleep', '60']);
      if (!ok) throw new Failure('not set up');
    }`);
  expect(await node.hook('run', 'monitor')).toMatchObject({
    status: 0,
    output: `WARNING: 60.web did not await all that it began at monitor:
  run sleep 60 (${line(node, 4)})
  run false (${line(node, 5)})
`,
  });
  expect(await node.hook('run', 'startup')).toMatchObject({ status: 0, output: '' });
  expect((await node.hook('run', 'setup')).output).toContain(`\
WARNING: 60.web did not await all that it began at setup:
  run sleep 60 (${line(node, 10)})
not set up
`);
});

test('log of what is no text shows it, says where, and fails nothing', async () => {
  const node = nodeWith(`startup(_event, { log }) {
      log({ addresses: ['192.0.2.1'] });
      log(undefined);
    }`);
  expect(await node.hook('run', 'startup')).toMatchObject({
    status: 0,
    output: `{ addresses: [ '192.0.2.1' ] }
WARNING: 60.web: log got object, expected text (${line(node, 4)})
undefined
WARNING: 60.web: log got undefined, expected text (${line(node, 5)})
`,
  });
});

test('run names the files of plugins that do not run, and what to type', async () => {
  const text = pluginText('monitor: () => healthy');
  const node = new HookNode({
    'web.ts': { text, mode: 0o755 },
    '61.ftp.js': { text, mode: 0o644 },
    '62.types.d.ts': { text: 'export {};', mode: 0o755 },
    '63.stock.script': { text: '#!/bin/sh\n', mode: 0o644 },
  });
  const { status, output } = await node.hook('run', 'monitor');
  expect({ status, output }).toEqual({
    status: 0,
    output: `ctdb-hook: ${node.events}/61.ftp.js is not run: the owner may not execute it: chmod u+x ${node.events}/61.ftp.js
ctdb-hook: ${node.events}/web.ts is not run: NN is missing: a plugin is named NN.name.ts, such as 60.nfs.ts: mv ${node.events}/web.ts ${node.events}/70.web.ts
`,
  });
});

test('a package that the node does not have is told with its line, what may be imported, and how to bundle it', async () => {
  const text = `import { healthy } from 'ctdb-hook';
import fetchIt from '@made-up/fetch-it';
export default { monitor: () => (console.log(fetchIt()), healthy) };
`;
  const node = new HookNode({ '60.web.ts': { text, mode: 0o755 } });
  const { status, output } = await node.hook('run', 'monitor');
  expect(status).toBe(1);
  expect(output).toContain(
    `${node.events}/60.web.ts:2: the package @made-up/fetch-it is not on this node: a plugin imports ctdb-hook, zod, modules of Node`,
  );
  // What it says to type is done where the package is installed, and gives a plugin that runs on the node.
  const author = temporaryDirectory();
  plant(author, {
    '60.web.ts': text,
    'node_modules/@made-up/fetch-it/package.json': '{ "type": "module", "exports": "./index.js" }',
    'node_modules/@made-up/fetch-it/index.js': 'export default () => "fetched";',
  });
  const command = /npx (esbuild .*--outfile=bundled\/60\.web\.mjs)$/m.exec(output)?.[1] ?? '';
  const esbuild = join(packageRoot, `node_modules/@esbuild/linux-${process.arch}/bin/esbuild`);
  await execa(esbuild, command.split(' ').slice(1), { cwd: author });
  const bundled = { text: readFileSync(join(author, 'bundled/60.web.mjs'), 'utf8'), mode: 0o755 };
  const mended = new HookNode({ '60.web.mjs': bundled });
  expect(await mended.hook('run', 'monitor')).toMatchObject({ status: 0, output: 'fetched\n' });
});

test('an option whose schema takes no text is told before anybody sets it', async () => {
  const text = `import { definePlugin, healthy, option } from 'ctdb-hook';
import * as z from 'zod';
export default definePlugin({
  options: z.object({
    WEB_TRIES: z.number().default(3),
    WEB_ON: z.coerce.boolean().optional(),
    WEB_HOSTS: z.array(z.string()).default([]),
    WEB_PORT: z.coerce.number().default(80),
    WEB_MODE: z.union([z.literal('a'), z.literal('b')]).default('a'),
    WEB_NAME: z.string().transform((name) => name.length).optional(),
    WEB_LIMIT: option.wholeNumber(1),
  }),
  monitor: () => healthy,
});
`;
  const node = new HookNode({ '60.web.ts': { text, mode: 0o755 } });
  expect((await node.hook('run', 'monitor')).output)
    .toBe(`WARNING: 60.web: WEB_TRIES is z.number(), but a variable is text: use option.wholeNumber()
WARNING: 60.web: WEB_ON is z.coerce.boolean(), which takes any text for true, even "no": use option.yesNo()
WARNING: 60.web: WEB_HOSTS is z.array(), but a variable is text: use option.words()
`);
  expect((await node.hook('list')).output).toContain(
    '    WEB_TRIES is z.number(), but a variable is text: use option.wholeNumber()\n',
  );
});

test('options that zod 3 has made are told, whole or in part', async () => {
  const plugin = (options: string): string => `import { definePlugin, healthy } from 'ctdb-hook';
import * as z from 'zod';
import { z as z3 } from 'zod/v3';
export default definePlugin({ options: ${options}, monitor: () => healthy });
`;
  const node = new HookNode({
    '60.web.js': { text: plugin(`z3.object({ WEB_NAME: z3.string().default('') })`), mode: 0o755 },
    '61.ftp.js': { text: plugin(`z.object({ FTP_NAME: z3.string().default('') })`), mode: 0o755 },
  });
  const { output } = await node.hook('run', 'monitor');
  expect(output).toContain('WARNING: 60.web: options was made by zod 3, expected zod 4');
  expect(output).toContain('WARNING: 61.ftp: FTP_NAME is of zod 3, expected zod 4, which ctdb-hook brings\n');
});

test('a misspelt variable of a plugin’s own options file is told at monitor, with its line', async () => {
  const text = `import { definePlugin, healthy, option } from 'ctdb-hook';
import * as z from 'zod';
export default definePlugin({ options: z.object({ WEB_SERVICE: option.word('nginx') }), monitor: () => healthy, setup() {} });
`;
  const node = new HookNode({
    '60.web.js': { text, mode: 0o755 },
    '60.web.options': '#\nWEB_SERVCE=apache2\n',
  });
  expect(await node.hook('run', 'monitor')).toMatchObject({
    status: 0,
    output: `WARNING: ${node.events}/60.web.options:2: WEB_SERVCE is no option of 60.web: did you mean WEB_SERVICE?\n`,
  });
});

test('a loop without end under run is told with plugin, file and line', async () => {
  const node = nodeWith(`takeip() {}, ipreallocated() {},
    releaseip() {
      for (;;);
    }`);
  const { status, output } = await node.hook('run', 'releaseip', 'lo', '192.0.2.1', '24', '--timeout', '4');
  expect(status).toBe(1);
  expect(output).toMatch(
    /^ERROR: 60\.web was still busy with releaseip when its time was up\n {2}it was running\n {4}at releaseip \(.*60\.web\.js:5:\d+\)\n/,
  );
  expect(output).toContain('ERROR: ctdb-hook run did not end within 9 seconds and was killed\n');
});
