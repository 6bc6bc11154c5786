import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { cacheDirectory } from '../files/cache-directory.ts';
import { fnv1a } from '../text/fnv1a.ts';
import { replaceFile } from '../files/replace-file.ts';
import { PluginLoadError } from './load-error.ts';
import { lineIn } from './line-in-stack.ts';
import { makeLastDirectory } from '../files/make-directory.ts';

/**
 * The JavaScript of a TypeScript file.
 *
 * Node does it, with what must be rewritten (enums, namespaces, parameter properties) too; decorators it leaves, and cannot run.
 * It takes longer than the rest of a hook's start, so the result is kept.
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

/** What a transformed file ends with; only stripped ones have their lines where they were. */
export const sourceMap = '\n//# sourceMappingURL=';

/** What made a cached result: another Node may compile otherwise. */
const compiler = process.version;

/** Where types can be removed alone all lines stay where they were; the rest needs a map. */
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

/** The whole source is kept beside the result and compared: a cache that cannot be out of date. */
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

/** Without a cache, or on a full disk, nothing is lost. */
function writeCached(path: string, cached: Cached): void {
  const file = cacheFile(path);
  if (file === undefined) return;
  try {
    makeLastDirectory(join(file, '..'));
    replaceFile(file, JSON.stringify(cached));
  } catch {
    return;
  }
}

/** One file per source file, so that the cache is bounded by what is installed; a collision costs a compilation. */
function cacheFile(path: string): string | undefined {
  const directory = cacheDirectory();
  return directory === undefined ? undefined : join(directory, 'typescript', `${fnv1a(path)}.json`);
}
