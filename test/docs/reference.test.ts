import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import * as ctdbHook from 'ctdb-hook';
import ts from 'typescript';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { referenceOf, referencePath } from '../../.config/reference/reference.ts';
import { isEventName } from '../../core/events/events.ts';
import { packageRoot } from '../../core/package/package-root.ts';
import { testNode } from '../../core/testing/index.ts';

const reference = readFileSync(join(packageRoot, referencePath), 'utf8');

test('the reference is what the types say: else `npm run reference` writes it anew', async () => {
  expect(reference).toBe(await referenceOf(packageRoot));
});

/** The examples that are whole plugins, in their order. */
const examples = [...reference.matchAll(/^```ts\n(export default [^]*?)^```$/gm)].map(
  ([, text = '']) => text,
);

const imports = `import { definePlugin, Failure, healthy, option, unhealthy } from 'ctdb-hook';
import * as z from 'zod';
`;

test('every example of the reference compiles as a plugin of an author', () => {
  expect(examples.length).toBeGreaterThan(8);
  const files = new Map(
    examples.map((text, index) => [join(packageRoot, 'plugins', `example-${index}.ts`), imports + text]),
  );
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ESNext,
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    customConditions: ['source'],
    skipLibCheck: true,
    types: ['node'],
  };
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => files.has(path) || disk.fileExists(path),
    readFile: (path) => files.get(path) ?? disk.readFile(path),
    getSourceFile: (path, target, ...rest) => {
      const text = files.get(path);
      return text === undefined
        ? disk.getSourceFile(path, target, ...rest)
        : ts.createSourceFile(path, text, target);
    },
  };
  const program = ts.createProgram([...files.keys()], options, host);
  const found = ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
    return `${file?.fileName}:${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
  expect(found).toEqual([]);
});

/** The events that the handlers of an example need arguments for. */
const address = ['eth0', '192.0.2.1', '24'] as const;

test.each(examples.map((text, index) => [index + 1, text] as const))(
  'example %d runs',
  async (_number, text) => {
    const made = runInThisContext(
      `({ definePlugin, Failure, healthy, option, unhealthy }, z) => (${text.replace(/^export default |;\n$/g, '')})`,
    ) as (hook: typeof ctdbHook, zod: typeof z) => object;
    const plugin = made(ctdbHook, z);
    await using node = await testNode({
      name: '70.web',
      plugin,
      publicAddresses: ['192.0.2.1/24 eth0', '192.0.2.2/24 eth0'],
    });
    for (const program of ['web-status', 'web-index', 'web-announce', 'mkdir', 'pidof'])
      node.commands.on(program, {});
    node.services.define('web', {});
    node.rpc.define('nlockmgr');
    node.files.set('/etc/web/listen.conf', '');
    node.ports.listen(80);
    const handled = Object.keys(plugin).filter(isEventName);
    expect(handled).not.toEqual([]);
    await node.raise('takeip', 'eth0', '192.0.2.2', '24'); // So that there is a change to tell.
    for (const event of handled) {
      const words = event === 'takeip' || event === 'releaseip' ? address : [];
      expect(await node.raise(event, ...words)).toMatchObject({
        ok: true,
        output: expect.not.stringMatching(/^ERROR/) as string,
      });
    }
  },
);
