import { readFileSync } from 'node:fs';
import { registerHooks, type LoadFnOutput, type LoadHookSync, type ResolveHookSync } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { checkTrust } from '../files/trust.ts';
import { packageRoot, programRoot } from '../package/package-root.ts';
import { compileTypeScript, sourceMap } from './compile-typescript.ts';
import { virtualModules, virtualModuleSource, virtualModuleUrl } from './virtual-modules.ts';
import { resolveAuthorFile } from './resolve-author-file.ts';
import { fileIdentity } from '../files/file-identity.ts';
import { keptModule, resolveKept } from './kept-modules.ts';
import type { KeptModule } from './last-good-version.ts';
import { noteImport, noteModule } from './module-graph.ts';

/** The files of authors that were loaded, each with its identity just before it was read. A plugin consists of these. */
const loaded = new Map<string, string>();

let registered = false;
let watcher: (path: string, identity: string) => void = () => undefined;

/** Most calls in an error's stack. V8's default is ten, and all ten may be a library's, so that none is the author's. */
const framesMax = 50;

/** Lets plugins be written in TypeScript and import `ctdb-hook` and `zod`, wherever they are on disk. */
export function hookModules(): void {
  if (registered) return;
  registered = true;
  Error.stackTraceLimit = framesMax;
  registerHooks({ resolve, load });
}

/** The files of authors that this process has loaded so far, with the identity that each one had then. */
export const loadedFiles = (): ReadonlyMap<string, string> => loaded;

/** Sets who is told of each file of an author that is about to be read. */
export function watchLoadedFiles(watch: (path: string, identity: string) => void): void {
  watcher = watch;
}

const resolve: ResolveHookSync = (specifier, context, next) => {
  // This includes the first module of a version, whose file may be gone.
  const kept = keptModule(specifier) === undefined ? resolveKept(specifier, context.parentURL) : specifier;
  if (kept !== undefined) return { url: kept, shortCircuit: true };
  const resolved = resolveNow(specifier, context, next);
  if (context.parentURL !== undefined) noteImport(context.parentURL, specifier, resolved.url);
  return resolved;
};

const resolveNow: ResolveHookSync = (specifier, context, next) => {
  if (virtualModules.has(specifier))
    return { url: virtualModuleUrl(specifier), format: 'module', shortCircuit: true };
  // The less used parts of zod, such as zod/mini, come from the package that is installed with ours.
  if (specifier.startsWith('zod/'))
    return next(specifier, { ...context, parentURL: pathToFileURL(join(packageRoot, 'package.json')).href });
  return resolveAuthorFile(specifier, context, next);
};

const load: LoadHookSync = (url, context, next) => {
  const source = virtualModuleSource(url);
  if (source !== undefined) return { format: 'module', source, shortCircuit: true };
  const kept = keptModule(url);
  if (kept !== undefined) return { ...mapped(kept), shortCircuit: true };
  if (!url.startsWith('file:')) return next(url, context);
  const path = fileURLToPath(url);
  if (isOurs(path)) return next(url, context);
  checkTrust(path);
  const identity = fileIdentity(path);
  loaded.set(path, identity);
  watcher(path, identity);
  // Node strips no types below node_modules. For a .js file it asks the nearest package.json for the format; there is none
  // beside an event script, and a plugin is a module in any case.
  if (/\.m?ts$/.test(path)) return noted(url, compileTypeScript(path));
  if (/\.m?js$/.test(path) && !path.includes('/node_modules/')) return noted(url, readFileSync(path, 'utf8'));
  const found = next(url, context);
  const isText = found.format === 'module' || found.format === 'commonjs' || found.format === 'json';
  noteModule(url, found.format ?? '', isText ? readFileSync(path, 'utf8') : undefined);
  return found;
};

function noted(url: string, source: string): LoadFnOutput {
  noteModule(url, 'module', source);
  return { ...mapped({ format: 'module', source }), shortCircuit: true };
}

/** Errors name the lines of the source if there is a source map. */
function mapped({ format, source }: Omit<KeptModule, 'url'>): Omit<LoadFnOutput, 'shortCircuit'> {
  if (source.includes(sourceMap)) process.setSourceMapsEnabled(true);
  return { format, source };
}

/** Whether a file is part of this program, and not an author's. */
export const isOurs = (path: string): boolean =>
  [packageRoot, programRoot].some((root) =>
    ['dist', 'core', 'node_modules'].some((folder) => path.startsWith(`${root}/${folder}/`)),
  );
