import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { zodInEnglish } from './zod-in-english.ts';

const root = join(import.meta.dirname, '../..');

const settings: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
};

/** What a plugin may import of zod beside `zod` itself, which is in our own programs, with the file of each. */
const partsOfZod = {
  '': 'index',
  v4: 'index',
  compile: 'compile',
  mini: 'mini',
  'v4-mini': 'mini',
  'v4/mini': 'mini',
  'v4/core': 'core',
  locales: 'locales',
  'v4/locales': 'locales',
  v3: 'v3',
} as const;

/**
 * Puts the packages that ctdb-hook imports when it runs into a folder `node_modules`, each as few files: execa, which starts commands
 * where koffi does not load, and the parts of zod, with the types of zod for our own.
 */
export async function bundleDependencies(modules: string): Promise<void> {
  await build({
    ...settings,
    entryPoints: { index: 'node_modules/execa/index.js' },
    outdir: join(modules, 'execa'),
  });
  describe(modules, 'execa', { '.': './index.js' });
  await build({
    ...settings,
    // Of several names of one file the last one counts, which is the first above.
    entryPoints: Object.fromEntries(
      Object.entries(partsOfZod)
        .reverse()
        .map(([part, file]) => [file, join('zod', part)]),
    ),
    outdir: join(modules, 'zod'),
    splitting: true,
    chunkNames: 'chunk-[hash]',
    plugins: [zodInEnglish],
  });
  describe(modules, 'zod', {
    '.': { types: './types/index.d.ts', default: './index.js' },
    './package.json': './package.json',
    ...Object.fromEntries(
      Object.entries(partsOfZod)
        .filter(([part]) => part !== '')
        .map(([part, file]) => [`./${part}`, `./${file}.js`]),
    ),
  });
  copyTypesOfZod(join(modules, 'zod/types'));
}

/** The package.json of a bundled package. */
function describe(modules: string, name: string, exports: object): void {
  const from = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
    version: string;
    license: string;
  };
  const { version, license } = from;
  const text = JSON.stringify({ name, version, license, type: 'module', exports }, null, 2);
  writeFileSync(join(modules, name, 'package.json'), `${text}\n`);
}

/** The types that `index.d.ts` leads to; of the languages of messages only English. */
function copyTypesOfZod(target: string): void {
  const from = join(root, 'node_modules/zod');
  const files = readdirSync(from, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /^(?:index|v4\/(?:classic|core)\/[\w-]+)\.d\.ts$/.test(name) || name === 'v4/locales/en.d.ts',
  );
  for (const name of files.sort()) {
    mkdirSync(dirname(join(target, name)), { recursive: true });
    cpSync(join(from, name), join(target, relative('.', name)));
  }
  writeFileSync(join(target, 'v4/locales/index.d.ts'), "export { default as en } from './en.js';\n");
}
