/**
 * Loaded by `ctdb-hook node` before anything else: files of authors import `ctdb-hook`, its parts and zod from the package that runs
 * them, as plugins do on a node, and need no node_modules. TypeScript is compiled as there.
 */
import { registerHooks, type LoadHookSync, type ResolveHookSync } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { packageRoot } from '../package/package-root.ts';
import { compileTypeScript, sourceMap } from './compile-typescript.ts';
import { resolveAuthorFile } from './resolve-author-file.ts';

/** What comes from this package, whatever is installed beside an author's file. */
const ours = /^(?:ctdb-hook|zod)(?:\/|$)/;

const inPackage = pathToFileURL(join(packageRoot, 'package.json')).href;

const resolve: ResolveHookSync = (specifier, context, next) => {
  if (!isAuthors(context.parentURL)) return next(specifier, context);
  if (ours.test(specifier)) return next(specifier, { ...context, parentURL: inPackage });
  return resolveAuthorFile(specifier, context, next);
};

const load: LoadHookSync = (url, context, next) => {
  if (!isAuthors(url) || !/\.m?ts$/.test(url)) return next(url, context);
  const source = compileTypeScript(fileURLToPath(url));
  if (source.includes(sourceMap)) process.setSourceMapsEnabled(true);
  return { format: 'module', source, shortCircuit: true };
};

/** Whether a file is neither this program's nor a package's. */
const isAuthors = (url: string | undefined): boolean =>
  url?.startsWith('file:') === true &&
  !url.includes('/node_modules/') &&
  !url.startsWith(new URL('dist/', inPackage).href);

registerHooks({ resolve, load });
