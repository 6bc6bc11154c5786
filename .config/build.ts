/** Builds dist/: the bundled programs and built-in plugins, what authors import, and its types. */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isBuiltin } from 'node:module';
import { pathToFileURL } from 'node:url';
import { build as bundleFiles, type BuildOptions, type Plugin } from 'esbuild';
import { execaSync } from 'execa';
import { bashCompletion } from '../core/help/bash-completion.ts';
import { manPages, manSection } from '../core/help/man-page.ts';
import { packageVersion } from '../core/package/package-version.ts';
import { checkDefinition } from '../core/plugin-loading/check-definition.ts';
import { eventsToHear } from '../core/plugin-loading/events-to-hear.ts';
import { projectSettings, projectVersions } from './project-settings.ts';
import { keepReachedTypes } from './reached-types.ts';
import { zodInEnglish } from './package/zod-in-english.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
/** Made here and put in place whole: hooks that start meanwhile find the old programs or the new. */
const draft = join(root, 'dist.new');
/** The built-in plugins, a folder each; beside them is their authors' guide. */
const plugins = readdirSync(join(root, 'plugins')).filter((name) => /^\d\d\./.test(name));

/**
 * Gets Node's own modules without an `import`, which would look at each of their exports: for `node:fs` alone that loads
 * the streams, a tenth of the time that a hook takes to start.
 */
const builtinModules: Plugin = {
  name: 'builtin-modules',
  setup(build) {
    build.onResolve({ filter: /^(node:)?[a-z0-9_/]+$/ }, ({ path }) =>
      isBuiltin(path) ? { path, namespace: 'builtin', sideEffects: false } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter((name) =>
        /^[A-Za-z]\w*$/.test(name),
      );
      const lines = names.map(
        (name) => `const ${name}_ = /* @__PURE__ */ (() => it.${name})(); export { ${name}_ as ${name} };`,
      );
      return {
        contents: [`const it = process.getBuiltinModule(${JSON.stringify(path)});`, ...lines].join('\n'),
      };
    });
  },
};

/** The first file stays small: what comes after it is loaded from V8's cache. */
const mainBeside: Plugin = {
  name: 'main-beside',
  setup(build) {
    build.onResolve({ filter: /^\.\/[\w-]+-main\.ts$/ }, ({ path }) => ({
      path: path.replace(/\.ts$/, '.js'),
      external: true,
    }));
  },
};

/** What few need is in files of its own, which others need not read: the library for metrics, and the parser of shell scripts. */
const rareBeside: Plugin = {
  name: 'rare-beside',
  setup(build) {
    for (const [filter, file] of [
      [/\/metrics\/publish-metrics\.ts$/, './metrics.js'],
      [/\/from-script\/from-script\.ts$/, './from-script.js'],
    ] as const)
      build.onResolve({ filter }, ({ kind }) =>
        kind === 'dynamic-import' ? { path: file, external: true } : undefined,
      );
  },
};

/** A test and the plugin that it tests share what `ctdb-hook` exports: a `Failure` that one throws is the class that the other knows. */
const apiBeside: Plugin = {
  name: 'api-beside',
  setup(build) {
    build.onResolve({ filter: /\/plugin-api\/(?:failure|index)\.ts$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: './index.js', external: true },
    );
  },
};

rmSync(draft, { recursive: true, force: true });
mkdirSync(draft);
await bundle();
writeFileSync(join(draft, 'build-id'), `${buildId()}\n`);
emitTypes();
writeManual();
cpSync(join(root, 'core/try/stand-ins'), join(draft, 'stand-ins'), { recursive: true });
writeProjectSettings();
putInPlace();
await listEvents();

/**
 * Few and whole files: each module that Node loads costs a start as much as a thousand lines. Plugins leave `ctdb-hook`
 * and zod to the program that loads them (core/plugin-loading/virtual-modules.ts).
 */
async function bundle(): Promise<void> {
  const settings = {
    absWorkingDir: root,
    preserveSymlinks: true, // What is bundled has the paths of its files: the same wherever they are in truth.
    outdir: draft,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    conditions: ['source'],
    plugins: [builtinModules, zodInEnglish, rareBeside],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    define: { CTDB_HOOK_BUILD: JSON.stringify(buildId()) },
    logLevel: 'warning',
  } satisfies BuildOptions;
  const packages = ['execa', 'koffi'];
  const ofPlugins = plugins.map((name) => [`plugins/${name}/plugin`, `plugins/${name}/plugin.ts`]);
  await bundleFiles({
    ...settings,
    entryPoints: {
      'hook-main': 'core/cli/hook-main.ts',
      'commands-main': 'core/cli/commands-main.ts',
      'explain-main': 'core/cli/explain-main.ts',
      'status-main': 'core/cli/status-main.ts',
      'simulate-main': 'core/cli/simulate-main.ts',
      'explain-plugins-main': 'core/explain/explain-plugins-main.ts',
      index: 'core/plugin-api/index.ts',
      'eventd-main': 'core/daemon/eventd-main.ts',
      metrics: 'core/metrics/publish-metrics.ts',
      'from-script': 'core/scaffold/from-script/from-script.ts',
      'host-main': 'core/plugin-host/host-main.ts',
      'resident-main': 'core/resident/resident-main.ts',
      'host-watch': 'core/plugin-host/watch-thread.ts',
      'loop-thread': 'core/cli/loop-thread.ts',
      'stall-thread': 'core/cli/stall-thread.ts',
      inspect: 'core/process/inspect/inspect-main.ts',
      'project-modules': 'core/plugin-loading/project-modules.ts',
      try: 'core/try/program.ts',
    },
    external: packages,
    plugins: [...settings.plugins, mainBeside],
  });
  await bundleFiles({
    ...settings,
    entryPoints: {
      hook: 'core/cli/hook-start.ts',
      eventd: 'core/daemon/eventd-start.ts',
      host: 'core/plugin-host/host-start.ts',
      resident: 'core/resident/resident-start.ts',
    },
    plugins: [builtinModules, mainBeside],
  });
  await bundleFiles({
    ...settings,
    entryPoints: { testing: 'core/testing/index.ts' },
    external: packages,
    plugins: [...settings.plugins, apiBeside],
  });
  await bundlePage(settings);
  await bundleFiles({
    ...settings,
    entryPoints: Object.fromEntries(ofPlugins) as Record<string, string>,
    external: ['ctdb-hook', 'zod'],
  });
}

/** What a page of `ctdb-hook timeline` has in it. */
async function bundlePage(settings: BuildOptions): Promise<void> {
  await bundleFiles({
    ...settings,
    entryPoints: {
      'timeline-page': 'core/timeline/page/main.ts',
      'timeline-page-style': 'core/timeline/page/style.css',
    },
    format: 'iife',
    platform: 'browser',
    target: 'es2024',
    plugins: [],
    minify: true,
  });
}

/** By what the files are that are built: a daemon and a plugin host of different builds must not talk to each other. */
function buildId(): string {
  const hash = createHash('sha256');
  const files = readdirSync(join(root, 'core'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  for (const name of ['package.json', ...files.sort().map((file) => `core/${file}`)])
    hash.update(name).update(readFileSync(join(root, name)));
  return hash.digest('hex').slice(0, 16);
}

/**
 * What bin/ctdb-hook reads to answer events that a built-in plugin does not handle without starting Node. A file for each event that
 * it does handle says so in less time than a shell takes to read the list.
 */
async function listEvents(): Promise<void> {
  for (const name of plugins) {
    const folder = join(dist, 'plugins', name);
    const module = (await import(pathToFileURL(join(folder, 'plugin.js')).href)) as { default: unknown };
    const definition = checkDefinition(module.default);
    if ('what' in definition) throw new Error(`plugins/${name}: ${definition.what}`);
    const events = eventsToHear(definition);
    writeFileSync(join(folder, 'events'), `${events.join(' ')}\n`);
    mkdirSync(join(folder, 'on'));
    for (const event of events) writeFileSync(join(folder, 'on', event), '');
  }
}

/** Man pages and completion, for whoever packs this. */
function writeManual(): void {
  mkdirSync(join(draft, 'man'));
  for (const { name, text } of manPages(packageVersion()))
    writeFileSync(join(draft, 'man', `${name}.${manSection}`), text);
  writeFileSync(join(draft, 'completion.bash'), bashCompletion());
}

/** What projects of plugins are compiled with: their tsconfig.json extends the first. */
function writeProjectSettings(): void {
  writeFileSync(join(draft, 'tsconfig.plugin.json'), projectSettings());
  writeFileSync(join(draft, 'plugin-project.json'), projectVersions());
}

function emitTypes(): void {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const settings = join(root, '.config', 'tsconfig.types.json');
  execaSync(process.execPath, [tsc, '-p', settings, '--outDir', join(draft, 'types')], { stdio: 'inherit' });
  keepReachedTypes(join(draft, 'types'), ['core/plugin-api/index.d.ts', 'core/testing/index.d.ts']);
}

function putInPlace(): void {
  const old = join(root, 'dist.old');
  rmSync(old, { recursive: true, force: true });
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(draft, dist);
  rmSync(old, { recursive: true, force: true });
}
