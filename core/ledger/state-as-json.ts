import { stateBytesMax, type JsonValue } from '../plugin-api/context.ts';
import { LedgerDamaged } from './sqlite-error.ts';

/** What a plugin remembers, by name; see `Changing.state`. */
export type PluginState = Record<string, JsonValue>;

/** A plugin's state cannot be kept. `message` says which plugin, what is wrong with it and what was expected. */
export class PluginStateError extends Error {
  override name = 'PluginStateError';

  constructor(plugin: string, what: string) {
    super(`${plugin}: ${what}; the state of before is kept`);
  }
}

/**
 * The state of a plugin as JSON.
 *
 * @throws PluginStateError if it would not come back as it is, or is larger than `stateBytesMax`.
 */
export function encodeState(plugin: string, state: PluginState): string {
  const strange = findStrange(state);
  if (strange !== undefined) throw new PluginStateError(plugin, strange);
  const json = JSON.stringify(state);
  const bytes = Buffer.byteLength(json);
  if (bytes > stateBytesMax) {
    throw new PluginStateError(
      plugin,
      `state takes ${bytes} bytes as JSON, expected at most ${stateBytesMax}`,
    );
  }
  return json;
}

/** Reads what `encodeState` wrote. */
export function decodeState(plugin: string, json: string): PluginState {
  try {
    return JSON.parse(json) as PluginState;
  } catch (error) {
    throw new LedgerDamaged(`the state of ${plugin} is not JSON`, { cause: error });
  }
}

/** How deep values may nest: far less than what JSON.stringify and JSON.parse can do. */
const depthMax = 100;

interface Visit {
  readonly value: unknown;
  readonly path: string;
  readonly depth: number;
}

/** Says which part JSON would lose or change, or undefined if there is none. */
function findStrange(state: unknown): string | undefined {
  if (Array.isArray(state) || !isPlain(state)) return `state is ${nameOf(state)}, expected a plain object`;
  const ahead: Visit[] = [{ value: state, path: 'state', depth: 0 }];
  // Each value takes a byte of JSON at least. The bound also ends the walk through one that contains itself.
  for (let visits = 0; visits + ahead.length <= stateBytesMax; visits++) {
    const next = ahead.pop();
    if (next === undefined) return undefined;
    const { value, path, depth } = next;
    if (isScalar(value)) continue;
    if (!Array.isArray(value) && !isPlain(value)) return `${path} is ${nameOf(value)}, expected a JSON value`;
    if (depth === depthMax)
      return `${path.slice(0, 99)}... nests deeper than ${depthMax} levels or holds itself`;
    for (const [key, item] of partsOf(value)) {
      ahead.push({ value: item, path: `${path}.${String(key)}`, depth: depth + 1 });
    }
  }
  return `state has more than ${stateBytesMax} values, expected at most ${stateBytesMax} bytes as JSON`;
}

/** The holes of an array are parts too: JSON would fill them with null. */
const partsOf = (value: object): readonly (readonly [string | number, unknown])[] =>
  Array.isArray(value)
    ? Array.from(value as unknown[], (item, key) => [key, item] as const)
    : Object.entries(value);

const isScalar = (value: unknown): boolean =>
  value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function nameOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) return `an object of class ${value.constructor.name}`;
  return typeof value === 'number' ? String(value) : `of type ${typeof value}`;
}
