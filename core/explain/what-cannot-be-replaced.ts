import { isBuiltin } from 'node:module';
import { pathToFileURL } from 'node:url';
import { graphFrom } from '../plugin-loading/module-graph.ts';

/** Modules of Node with which a plugin can change nothing. */
const harmless: ReadonlySet<string> = new Set(
  [
    'assert',
    'assert/strict',
    'async_hooks',
    'buffer',
    'crypto',
    'events',
    'os',
    'path',
    'path/posix',
    'perf_hooks',
    'punycode',
    'querystring',
    'string_decoder',
    'timers',
    'timers/promises',
    'url',
    'util',
    'util/types',
  ].map((name) => `node:${name}`),
);

/**
 * What a plugin imports, beside its context, with which it could change something: modules of Node, and native ones. Undefined if
 * there is none. The plugin must have been loaded.
 */
export function findIrreplaceable(file: string): string | undefined {
  const graph = graphFrom(pathToFileURL(file).href);
  if ('why' in graph) return graph.why;
  for (const [parent, specifier, url] of graph.imports) {
    const name = url.startsWith('node:') ? url : isBuiltin(specifier) ? `node:${specifier}` : undefined;
    if (name !== undefined && !harmless.has(name)) return `${new URL(parent).pathname} imports ${name}`;
    if (url.endsWith('.node')) return `${new URL(parent).pathname} imports ${specifier}`;
  }
  return undefined;
}
