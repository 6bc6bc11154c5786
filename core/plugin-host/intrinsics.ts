import { runInNewContext } from 'node:vm';

/** A value that all code in a process shares: where it is, and its path for messages. */
interface Intrinsic {
  readonly owner: Readonly<Record<PropertyKey, unknown>>;
  readonly key: PropertyKey;
  readonly path: string;
}

interface SharedValue extends Intrinsic {
  readonly value: unknown;
}

interface SharedAccessor extends Intrinsic {
  readonly get: unknown;
}

/** Globals of Node that everybody uses, our own code included. */
const ofNode: ReadonlySet<string> = new Set([
  'Buffer',
  'AbortController',
  'AbortSignal',
  'URL',
  'EventTarget',
]);

const ofLanguage: ReadonlySet<unknown> = new Set(
  runInNewContext('Object.getOwnPropertyNames(globalThis)') as string[],
);

/**
 * Whether a global is compared: those of the language, the most used ones of Node, and functions such as `setTimeout`. Node
 * loads its other classes at the first look, which takes 40 ms and megabytes for `FormData` and the like.
 */
const isWatched = (name: PropertyKey): boolean =>
  ofLanguage.has(name) || (typeof name === 'string' && (ofNode.has(name) || /^[a-z]/.test(name)));

/** Objects that are not functions and whose members everybody uses. */
const namespaces = ['Math', 'JSON', 'Reflect', 'Atomics', 'console', 'process'];

/**
 * What all plugins of a process share: the built-in objects and their methods. A plugin that replaces `Array.prototype.map`
 * breaks the other plugins. To freeze them all would break libraries that plugins use, so they are compared.
 */
export class Intrinsics {
  readonly #owners: readonly (readonly [object: object, path: string])[];
  readonly #common: readonly SharedValue[];
  readonly #rare: readonly SharedValue[];
  readonly #accessors: readonly SharedAccessor[];
  readonly #directory = process.cwd();

  /** Records the present state. Make it before any plugin is loaded. */
  constructor() {
    const owners = new Map<object, string>([[globalThis, 'globalThis']]);
    for (const [object, path] of builtins()) if (!owners.has(object)) owners.set(object, path);
    const members = [...owners].flatMap(([owner, path]) => membersOf(owner, path));
    const values = members.filter((member) => 'value' in member);
    this.#owners = [...owners];
    const { used = [], rare = [] } = Object.groupBy(values, ({ owner }) =>
      common.has(owners.get(owner) ?? '') ? 'used' : 'rare',
    );
    this.#common = used;
    this.#rare = rare;
    this.#accessors = members.filter((member) => 'get' in member);
  }

  /**
   * The first of the most used members that has changed, or undefined. This takes 6 us, because it is asked after every
   * handler.
   */
  findReplaced(): string | undefined {
    return firstReplaced(this.#common);
  }

  /** The first of all other members that has changed, or undefined. This takes 10 us. */
  findReplacedElsewhere(): string | undefined {
    const value = firstReplaced(this.#rare);
    if (value !== undefined) return value;
    for (const [object, path] of this.#owners) if (!Object.isExtensible(object)) return `${path} (frozen)`;
    for (const { owner, key, get, path } of this.#accessors) if (getterOf(owner, key) !== get) return path;
    if (process.listenerCount('uncaughtException') === 0) return 'the listeners of process';
    return process.cwd() === this.#directory ? undefined : 'the working directory';
  }
}

function getterOf(owner: object, key: PropertyKey): unknown {
  const descriptor = Reflect.getOwnPropertyDescriptor(owner, key);
  return descriptor && Reflect.get(descriptor, 'get');
}

function firstReplaced(values: readonly SharedValue[]): string | undefined {
  for (const { owner, key, value, path } of values) if (owner[key] !== value) return path;
  return undefined;
}

/** The owners of members that nearly all code uses, our own included. */
const common: ReadonlySet<string> = new Set([
  'globalThis',
  'process',
  'Array',
  'Array.prototype',
  'Array Iterator',
  'Object',
  'Function.prototype',
  'Promise',
  'Promise.prototype',
  'Map.prototype',
  'Set.prototype',
  'JSON',
  'Reflect',
]);

function* builtins(): Generator<readonly [object: object, path: string]> {
  for (const name of Object.getOwnPropertyNames(globalThis).filter(isWatched)) {
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
    const value: unknown = descriptor !== undefined && 'value' in descriptor ? descriptor.value : undefined;
    if (typeof value !== 'function' || !/^[A-Z]/.test(name)) continue;
    yield [value, name];
    const prototype: unknown = (value as { prototype?: unknown }).prototype;
    if (typeof prototype === 'object' && prototype !== null) yield [prototype, `${name}.prototype`];
  }
  for (const name of namespaces) {
    const value: unknown = Reflect.get(globalThis, name);
    if (typeof value === 'object' && value !== null) yield [value, name];
  }
  const typedArray: unknown = Object.getPrototypeOf(Int8Array);
  if (typeof typedArray === 'function') yield [typedArray.prototype as object, 'TypedArray.prototype'];
  yield [Object.getPrototypeOf([][Symbol.iterator]()) as object, 'Array Iterator'];
}

/** The methods and getters of an object. Its other members (numbers, `process.env`) may change. */
function membersOf(object: object, ownerPath: string): (SharedValue | SharedAccessor)[] {
  const owner = object as Readonly<Record<PropertyKey, unknown>>;
  const keys = Reflect.ownKeys(owner).filter((key) => object !== globalThis || isWatched(key));
  return keys.flatMap((key): (SharedValue | SharedAccessor)[] => {
    const descriptor = Object.getOwnPropertyDescriptor(owner, key);
    const path = object === globalThis ? String(key) : `${ownerPath}.${String(key)}`;
    if (descriptor === undefined) return [];
    if (typeof descriptor.value === 'function') return [{ owner, key, path, value: descriptor.value }];
    // Node replaces some of its own getters (fetch, process.stdin) when they are first used.
    if (object === globalThis || object === process || !('get' in descriptor)) return [];
    return [{ owner, key, path, get: Reflect.get(descriptor, 'get') }];
  });
}
