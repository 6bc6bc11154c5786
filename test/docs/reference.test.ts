import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { referenceOf, referencePath } from '../../.config/reference/reference.ts';
import { packageRoot } from '../../core/package/package-root.ts';

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
