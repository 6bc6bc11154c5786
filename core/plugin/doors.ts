import * as zod from 'zod';
import * as ctdbHook from './index.ts';

/**
 * What plugins import by name: modules of this very process, so that a `Failure` that a plugin throws is the one that is
 * caught here, and nothing is loaded twice.
 */
export const doors: ReadonlyMap<string, object> = new Map<string, object>([
  ['ctdb-hook', ctdbHook],
  ['zod', zod],
]);

const scheme = 'ctdb-hook-door:';

/** The URL under which a door is imported. */
export const doorUrl = (name: string): string => scheme + name;

/** The text of the module behind such a URL, or undefined for any other. */
export function doorSource(url: string): string | undefined {
  const name = url.startsWith(scheme) ? url.slice(scheme.length) : '';
  const door = doors.get(name);
  if (door === undefined) return undefined;
  Object.defineProperty(globalThis, Symbol.for(scheme), { value: doors, configurable: true });
  const names = Object.keys(door).filter((exported) => exported !== 'default');
  return [
    `const door = globalThis[Symbol.for('${scheme}')].get('${name}');`,
    ...names.map(
      (exported) => `const ${exported}_ = door.${exported}; export { ${exported}_ as ${exported} };`,
    ),
    ...('default' in door ? ['export default door.default;'] : []),
  ].join('\n');
}
