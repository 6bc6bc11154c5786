import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { cacheDirectory, mayWriteCache } from '../files/cache-directory.ts';
import { fnv1a } from '../text/fnv1a.ts';
import { replaceFile } from '../files/replace-file.ts';
import { PluginLoadError } from './load-error.ts';
import { lineIn } from './line-in-stack.ts';
import { makeLastDirectory } from '../files/make-directory.ts';

/**
 * The JavaScript of a TypeScript file.
 *
 * Node compiles it, also enums, namespaces and parameter properties. It leaves decorators as they are, and cannot run them.
 * To compile takes longer than the rest of a hook's start, so the result is kept.
 *
 * @throws PluginLoadError if it is no TypeScript.
 */
export function compileTypeScript(path: string): string {
  const source = readFileSync(path, 'utf8');
  const cached = readCached(path, source);
  const compiled = cached ?? compile(path, source);
  if (cached === undefined) writeCached(path, { compiler, source, compiled });
  return compiled;
}

/** The end of a transformed file. Only in stripped files the lines stay where they were. */
export const sourceMap = '\n//# sourceMappingURL=';

/** What made a cached result: another version of Node may compile differently. */
const compiler = process.version;

/** Compiles a file. If it is enough to remove types, all lines stay where they were. Otherwise it gets a source map. */
function compile(path: string, source: string): string {
  try {
    return stripTypeScriptTypes(source, { mode: 'strip', sourceUrl: path });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
      throw syntaxError(path, error);
  }
  try {
    return stripTypeScriptTypes(source, { mode: 'transform', sourceMap: true, sourceUrl: path });
  } catch (error) {
    throw syntaxError(path, error);
  }
}

const syntaxError = (path: string, error: unknown): PluginLoadError =>
  new PluginLoadError(path, lineIn(path, error), `SyntaxError: ${firstLine(error)}`, { cause: error });

const firstLine = (error: unknown): string => (error as Error).message.trim().split('\n')[0] ?? '';

/** A cached result. The whole source is kept beside it and compared, so the cache cannot be out of date. */
interface Cached {
  readonly compiler: string;
  readonly source: string;
  readonly compiled: string;
}

function readCached(path: string, source: string): string | undefined {
  const file = cacheFile(path);
  if (file === undefined) return undefined;
  try {
    const cached = JSON.parse(readFileSync(file, 'utf8')) as Partial<Cached>;
    return cached.source === source && cached.compiler === compiler ? cached.compiled : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a result. Without a cache, or on a full disk, nothing is lost. */
function writeCached(path: string, cached: Cached): void {
  const file = cacheFile(path);
  if (file === undefined || !mayWriteCache()) return;
  try {
    makeLastDirectory(join(file, '..'));
    replaceFile(file, JSON.stringify(cached));
  } catch {
    return;
  }
}

/** One file for each source file, so that the cache is bounded by what is installed. A collision costs a compilation. */
function cacheFile(path: string): string | undefined {
  const directory = cacheDirectory();
  return directory === undefined ? undefined : join(directory, 'typescript', `${fnv1a(path)}.json`);
}
