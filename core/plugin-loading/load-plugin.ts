import { existsSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Untrusted } from '../files/trust.ts';
import { checkDefinition, type AnyPlugin, type ShapeFault } from './check-definition.ts';
import { keptUrl } from './kept-modules.ts';
import type { KeptVersion } from './last-good-version.ts';
import { PluginLoadError } from './load-error.ts';
import { missingPackage } from './missing-package.ts';
import { hookModules, loadedFiles } from './module-hooks.ts';
import { escapePattern } from '../text/escape-pattern.ts';
import { lineIn } from './line-in-stack.ts';

/** Longest time that a plugin may take to load, in milliseconds. Nothing that it does at load should wait. */
export const loadTimeoutMs = 5_000;

/** V8's message for a decorator. It hardly stands for anything else that TypeScript's parser accepts. */
const inFrontOfDecorator = 'Invalid or unexpected token';

/**
 * Loads a plugin into this process, once.
 *
 * @throws PluginLoadError with file, line and what is wrong; Untrusted if somebody else could have written it.
 */
export async function loadPlugin(file: string, timeoutMs = loadTimeoutMs): Promise<AnyPlugin> {
  return pluginAt(file, pathToFileURL(file).href, timeoutMs);
}

/** Loads the kept version of a plugin, whatever its files are now. Throws as `loadPlugin` does. */
export async function loadKeptPlugin(version: KeptVersion, timeoutMs = loadTimeoutMs): Promise<AnyPlugin> {
  return pluginAt(version.file, keptUrl(version, pathToFileURL(version.file).href), timeoutMs);
}

async function pluginAt(file: string, url: string, timeoutMs: number): Promise<AnyPlugin> {
  hookModules();
  const module = await importWithin(file, url, timeoutMs);
  if (!('default' in module))
    throw new PluginLoadError(file, 1, 'no default export, expected `export default definePlugin({ ... })`');
  const checked = checkDefinition(module['default']);
  if ('what' in checked) throw new PluginLoadError(file, lineOfWord(file, checked), checked.what);
  return checked;
}

async function importWithin(file: string, url: string, timeoutMs: number): Promise<Record<string, unknown>> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(
      new PluginLoadError(
        file,
        undefined,
        `not loaded within ${timeoutMs} ms: a top-level await that does not end?`,
      ),
    );
  }, timeoutMs);
  try {
    return await Promise.race([late.promise, import(url) as Promise<Record<string, unknown>>]);
  } catch (error) {
    if (error instanceof PluginLoadError || error instanceof Untrusted) throw error;
    throw asLoadError(file, error);
  } finally {
    clearTimeout(timer);
  }
}

/** The error of an import that failed through a fault in this file, or in one that it imports. */
function asLoadError(file: string, error: unknown): PluginLoadError {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  const { path, line } = errorPlace(file, error);
  const missing = missingPackage(error);
  if (missing !== undefined)
    return new PluginLoadError(missing.path, missing.line, missing.what, { cause: error });
  const hint = hints.find(([words]) => message.includes(words))?.[1](basename(path)) ?? '';
  return new PluginLoadError(path, line, `${name}: ${message}${hint}`, { cause: error });
}

/** Hints for authors about messages of Node. */
const hints: readonly (readonly [message: string, hint: (file: string) => string])[] = [
  // The types are gone when a plugin runs, so an import has to say that it is a type.
  ['does not provide an export', () => ' (a type needs `import type`)'],
  [
    inFrontOfDecorator,
    (file) =>
      ` (Node runs no decorators; compiled beforehand they run: \`npx esbuild ${file} --target=node24 --outfile=${file.replace(/\.m?ts$/, '.mjs')}\`)`,
  ],
];

function errorPlace(file: string, error: unknown): { readonly path: string; readonly line?: number } {
  const files = [file, ...loadedFiles().keys()];
  for (const path of files) {
    const line =
      lineIn(path, error) ?? (error instanceof SyntaxError ? lineOfSyntaxError(path, error) : undefined);
    if (line !== undefined) return { path, line };
  }
  return { path: file };
}

/**
 * The line of a syntax error. Node does not give it for JavaScript. Its compiler for TypeScript does, except for a
 * decorator.
 */
function lineOfSyntaxError(file: string, { message }: SyntaxError): number | undefined {
  const source = readFileSync(file, 'utf8');
  try {
    stripTypeScriptTypes(source, { mode: 'transform', sourceUrl: file });
    return message.includes(inFrontOfDecorator) ? lineOfDecorator(source) : undefined;
  } catch (error) {
    return lineIn(file, error);
  }
}

/** The line of the first decorator; undefined if there is none. */
function lineOfDecorator(source: string): number | undefined {
  const index = source
    .split('\n')
    .findIndex((line) => /^(?!\s*(?:\/\/|\*|\/\*))(?:.*[\s{};(,])?@[\w$(]/.test(line));
  return index === -1 ? undefined : index + 1;
}

/** The line on which the fault's word comes first: an author looks there. */
function lineOfWord(file: string, { word }: ShapeFault): number {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const pattern = new RegExp(`(?<![\\w$])${escapePattern(word)}(?![\\w$])`);
  return (
    Math.max(
      0,
      lines.findIndex((line) => pattern.test(line) && !/^\s*(?:\/\/|\*|\/\*)/.test(line)),
    ) + 1
  );
}
