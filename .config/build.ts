/** Builds dist/: the bundled programs and built-in plugins, what authors import, and its types. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { checkDefinition } from '../core/plugin/check-definition.ts';
import { eventsToHear } from '../core/plugin/events-to-hear.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const plugins = readdirSync(join(root, 'plugins'));

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
await bundle();
await listEvents();
emitTypes();

/** One set of chunks, so that a plugin and the program that loads it share the same `ctdb-hook` and zod. */
async function bundle(): Promise<void> {
  const zodDoor = join(dist, 'zod-door.js');
  writeFileSync(zodDoor, "export * from 'zod'; export { default } from 'zod';\n");
  await build({
    absWorkingDir: root,
    entryPoints: {
      hook: 'core/cli/start.ts',
      index: 'core/plugin/index.ts',
      zod: zodDoor,
      ...Object.fromEntries(plugins.map((name) => [`plugins/${name}/plugin`, `plugins/${name}/plugin.ts`])),
    },
    outdir: dist,
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    conditions: ['source'],
    external: ['execa', 'koffi', 'esbuild', 'tiny-typed-emitter'],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  rmSync(zodDoor);
}

/** What bin/ctdb-hook reads to answer events that a built-in plugin does not handle without starting Node. */
async function listEvents(): Promise<void> {
  for (const name of plugins) {
    const folder = join(dist, 'plugins', name);
    const module = (await import(pathToFileURL(join(folder, 'plugin.js')).href)) as { default: unknown };
    const definition = checkDefinition(module.default);
    if ('what' in definition) throw new Error(`plugins/${name}: ${definition.what}`);
    writeFileSync(join(folder, 'events'), `${eventsToHear(definition).join(' ')}\n`);
  }
}

function emitTypes(): void {
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  execFileSync(tsc, ['-p', join(root, '.config', 'tsconfig.types.json')], { stdio: 'inherit' });
}
