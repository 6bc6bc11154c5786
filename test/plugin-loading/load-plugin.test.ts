import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { HookNode, pluginText } from '../support/hook-node.ts';
import { plant } from '../support/temporary-directory.ts';

/** Loads a plugin of this text by its link, and returns what it said. */
async function load(text: string, ending = 'ts') {
  const node = new HookNode();
  node.plugin('60.x', text, ending);
  const { status, output } = await node.call('60.x', 'monitor');
  return { status, output: output.replaceAll(`${node.events}/`, '') };
}

const says = (expression: string): string =>
  `monitor(_event, { log }) { log(String(${expression})); return healthy; }`;

describe('a plugin that loads', () => {
  test.each(['ts', 'mts', 'js', 'mjs'])(
    'may be a .%s file with no package.json and no node_modules near it',
    async (ending) => {
      expect(await load(pluginText(says("'here'")), ending)).toEqual({ status: 0, output: 'here\n' });
    },
  );

  test('may import zod, in each of its forms', async () => {
    const imports =
      "import * as z from 'zod';\nimport { z as same } from 'zod';\nimport byDefault from 'zod';\n";
    const text = `${imports}${pluginText(says('z.string().parse(same.string().parse(byDefault.string().parse("one")))'))}`;
    expect(await load(text)).toEqual({ status: 0, output: 'one\n' });
  });

  test('may use TypeScript that must be transformed: enums, parameter properties, namespaces', async () => {
    const text = `enum Colour { Red = 'red' }
class Car { constructor(readonly colour: Colour) {} }
namespace Garage { export const car = new Car(Colour.Red); }
${pluginText(says('Garage.car.colour'))}`;
    expect(await load(text)).toEqual({ status: 0, output: 'red\n' });
  });

  test('may have decorators where it was compiled beforehand, by the command that the error names', async () => {
    const node = new HookNode();
    const text = `const loud = (method: () => string) => function () { return method() + '!'; };
class Car { @loud static horn(): string { return 'honk'; } }
${pluginText(says('Car.horn()'))}`;
    node.plugin('60.x', text);
    const [, command = ''] = /`npx esbuild (.*)`/.exec((await node.call('60.x', 'monitor')).output) ?? [];
    const esbuild = join(packageRoot, 'node_modules/.bin/esbuild');
    await execa(esbuild, command.split(' '), { cwd: node.events });
    rmSync(join(node.events, '60.x.ts'));
    chmodSync(join(node.events, '60.x.mjs'), 0o755);
    expect(await node.call('60.x', 'monitor')).toMatchObject({ status: 0, output: 'honk!\n' });
  });

  test('may import its own files, with and without an extension', async () => {
    const node = new HookNode({
      'parts/one.ts': "export const one: string = 'one';",
      'parts/two.ts': "export { one } from './one'; export const two: string = 'two';",
    });
    node.plugin(
      '60.x',
      `import { one, two } from './parts/two';\nimport { one as same } from './parts/one.js';\n${pluginText(says('one + two + same'))}`,
    );
    expect(await node.call('60.x', 'monitor')).toMatchObject({ status: 0, output: 'onetwoone\n' });
  });

  test('may be in TypeScript below a node_modules directory', async () => {
    const node = new HookNode();
    plant(node.base, {
      'node_modules/shop/plugin.ts': { text: pluginText(says("'shop' as string")), mode: 0o755 },
    });
    node.plant({
      '60.x.ts': { target: join(node.base, 'node_modules/shop/plugin.ts') },
      '60.x.script': { target: '/work' },
    });
    expect(await node.hook('run', 'monitor')).toMatchObject({ status: 0, output: 'shop\n' });
  });

  test('is loaded from the compiled form the second time, and anew when it changes', async () => {
    const node = new HookNode();
    node.plugin('60.x', pluginText(says("'old' as string")));
    expect(await node.call('60.x', 'monitor')).toMatchObject({ output: 'old\n' });
    expect(await node.call('60.x', 'monitor')).toMatchObject({ output: 'old\n' });
    node.plant({ '60.x.ts': { text: pluginText(says("'new' as string")), mode: 0o755 } });
    expect(await node.call('60.x', 'monitor')).toMatchObject({ output: 'new\n' });
  });

  test('is loaded uncached where there is no cache directory, and none is made in a temporary one', async () => {
    const node = new HookNode();
    node.plugin('60.x', pluginText(says("'x' as string")));
    const missing = join(node.base, 'elsewhere');
    mkdirSync(missing);
    const before = existsSync('/tmp/node-compile-cache');
    const elsewhere = node.with({ CTDB_BASE: missing, TMPDIR: missing });
    expect(await elsewhere.call('60.x', 'monitor')).toMatchObject({ status: 0, output: 'x\n' });
    expect(existsSync(join(missing, 'var/cache'))).toBe(false);
    expect(existsSync('/tmp/node-compile-cache')).toBe(before);
  });
});

describe('a plugin that does not load says file, line and what is wrong', () => {
  test.each([
    [
      'a syntax error in TypeScript',
      'const a = 1;\nexport default definePlugin({',
      'ts',
      /^60\.x\.ts:2: SyntaxError: /,
    ],
    [
      'a syntax error in JavaScript',
      'const a = 1;\nexport default {;\n',
      'mjs',
      /^60\.x\.mjs:2: SyntaxError: /,
    ],
    [
      'a syntax error in TypeScript that must be transformed',
      'enum A { B }\nconst = 1;',
      'ts',
      /^60\.x\.ts:2: SyntaxError: /,
    ],
    [
      'a decorator',
      'const seen = (method: unknown) => method;\n/** @see that */\nclass A {\n  @seen b(): void {}\n}\n',
      'ts',
      /^60\.x\.ts:4: SyntaxError: .* \(Node runs no decorators; compiled beforehand they run: `npx esbuild 60\.x\.ts --target=node24 --outfile=60\.x\.mjs`\)\n$/,
    ],
    [
      'a decorator beside what must be transformed',
      'enum A { B }\nconst seen = (method: unknown) => method;\nclass C {\n  @seen d(): void {}\n}\n',
      'ts',
      /^60\.x\.ts:4: SyntaxError: .* \(Node runs no decorators; /,
    ],
    [
      'no default export',
      'export const x = 1;',
      'ts',
      /^60\.x\.ts:1: no default export, expected `export default definePlugin/,
    ],
    [
      'a default export that is none',
      'const a = 1;\nexport default a;',
      'ts',
      /^60\.x\.ts:2: the default export is a number, expected/,
    ],
    [
      'a handler that is none',
      pluginText('monitor: 5 as never'),
      'ts',
      /^60\.x\.ts:3: monitor is a number, expected a function/,
    ],
    [
      'an unknown event',
      'export default {\n  takeIp() {},\n};',
      'mjs',
      /^60\.x\.mjs:2: unknown event or declaration "takeIp": did you mean takeip\?/,
    ],
    [
      'an unknown event that is no word',
      "export default {\n  $x() {},\n  'moni(tor': 5,\n};",
      'mjs',
      /^60\.x\.mjs:2: unknown event or declaration "\$x"/,
    ],
    [
      'an event with half a parenthesis in it',
      "export default {\n  // moni(tor\n  'moni(tor'() {},\n};",
      'mjs',
      /^60\.x\.mjs:3: unknown event or declaration "moni\(tor": did you mean monitor\?/,
    ],
    [
      'a name',
      'export default {\n  name: "60.x",\n};',
      'mjs',
      /^60\.x\.mjs:2: unknown event or declaration "name": expected one of init,/,
    ],
    [
      'half a set',
      'export default {\n  takeip() {},\n};',
      'mjs',
      /^60\.x\.mjs:2: takeip without releaseip and ipreallocated: takeip, releaseip and/,
    ],
    [
      'options of another kind',
      'export default {\n options: {},\n};',
      'mjs',
      /^60\.x\.mjs:2: options is an object, expected z\.object/,
    ],
    [
      'a wrong tcp',
      'export default {\n tcp: { ports: [0], reset: "both" },\n};',
      'mjs',
      /^60\.x\.mjs:2: tcp is \{"ports":\[0\],"reset":"both"\}, expected/,
    ],
    [
      'an import that is not there',
      "\nimport x from './missing.ts';\nexport default x;",
      'ts',
      /^60\.x\.ts(:\d+)?: Error: Cannot find module .*missing\.ts/,
    ],
    [
      'a name that ctdb-hook does not export',
      "import { defineScript } from 'ctdb-hook';\nexport default defineScript;",
      'ts',
      /^60\.x\.ts:1: SyntaxError: .*defineScript/,
    ],
    [
      'a type imported as a value',
      "import { Context } from 'ctdb-hook';\nexport default {} as Context;",
      'ts',
      /^60\.x\.ts:1: SyntaxError: .*'Context' \(a type needs `import type`\)/,
    ],
    [
      'an error at load',
      "const a = 1;\nthrow new Error('no licence ' + a);",
      'ts',
      /^60\.x\.ts:2: Error: no licence 1/,
    ],
  ])('%s', async (_what, text, ending, expected) => {
    const { status, output } = await load(text, ending);
    expect(output).toMatch(expected);
    expect(status).toBe(1);
  });

  test('a fault in a file that it imports is told by that file', async () => {
    const node = new HookNode({ 'part.mjs': 'export const a = 1;\nexport const = 2;\n' });
    node.plugin(
      '60.x',
      `import { a } from './part.mjs';\n${pluginText('monitor: () => (a ? healthy : healthy)')}`,
    );
    const { output } = await node.call('60.x', 'monitor');
    expect(output).toMatch(new RegExp(`^${node.events}/part\\.mjs:2: SyntaxError: `));
  });

  test('an error in a file that had to be transformed has the line of the source', async () => {
    const text = `enum A {\n  B = 'b',\n}\n\n${pluginText('monitor() {\n  throw new Error(A.B);\n}')}`;
    expect((await load(text)).output).toBe('ERROR: Error: b (60.x.ts:8)\n');
  });

  test('a load that does not end', async () => {
    const { status, output } = await load(
      'await new Promise((resolve) => setTimeout(resolve, 60_000));\nexport default {};',
    );
    expect(output).toBe('60.x.ts: not loaded within 5000 ms: a top-level await that does not end?\n');
    expect(status).toBe(1);
  });

  test('a load that does not end within the time of the event is left at that', async () => {
    const node = new HookNode();
    node.plugin('60.x', 'await new Promise((resolve) => setTimeout(resolve, 60_000));\nexport default {};');
    expect(await node.with({ CTDB_HOOK_TIMEOUT: '1' }).call('60.x', 'monitor')).toMatchObject({
      status: 1,
      output: 'ERROR: 60.x was still busy with monitor when its time was up\n',
    });
  });

  test('a load that waits for nothing', async () => {
    const { status, output } = await load('await new Promise(() => undefined);\nexport default {};');
    expect(output).toContain('60.x.ts: not loaded within 5000 ms');
    expect(status).toBe(1);
  });
});
