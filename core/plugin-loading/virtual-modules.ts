import * as zod from 'zod';
import * as ctdbHook from '../plugin-api/index.ts';

/**
 * The modules that plugins import by name. They are modules of this process. So a `Failure` that a plugin throws is the
 * class that is caught here, and nothing is loaded twice.
 */
export const virtualModules: ReadonlyMap<string, object> = new Map<string, object>([
  ['ctdb-hook', ctdbHook],
  ['zod', zod],
]);

const scheme = 'ctdb-hook-module:';

/** The URL under which a module is imported. */
export const virtualModuleUrl = (name: string): string => scheme + name;

/** The text of the module with such a URL; undefined for any other. */
export function virtualModuleSource(url: string): string | undefined {
  const name = url.startsWith(scheme) ? url.slice(scheme.length) : '';
  const module = virtualModules.get(name);
  if (module === undefined) return undefined;
  Object.defineProperty(globalThis, Symbol.for(scheme), { value: virtualModules, configurable: true });
  const names = Object.keys(module).filter((exported) => exported !== 'default');
  return [
    `const module = globalThis[Symbol.for('${scheme}')].get('${name}');`,
    ...names.map(
      (exported) => `const ${exported}_ = module.${exported}; export { ${exported}_ as ${exported} };`,
    ),
    ...('default' in module ? ['export default module.default;'] : []),
  ].join('\n');
}
