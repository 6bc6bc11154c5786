import { eventNames, isEventName, type EventName } from '../events/events.ts';
import { nearest } from '../events/nearest.ts';
import type { OptionsSchema, SystemConfigNode, TcpResetPolicy } from '../plugin-api/plugin.ts';

/** A plugin as the runner sees it: its shape is checked, and its handlers have no specific types. */
export interface AnyPlugin {
  readonly options?: OptionsSchema;
  readonly tcp?: TcpResetPolicy | ((options: unknown) => TcpResetPolicy);
  readonly rawArguments?: boolean;
  readonly systemConfig?: string | ((node: SystemConfigNode) => string | undefined);
  readonly handlers: ReadonlyMap<EventName, AnyHandler>;
}

/** A handler. The compiler does not know its event. */
export type AnyHandler = (event: object, context: object) => unknown;

/** What is wrong with a plugin's shape, and the word in its source where an author should look. */
export interface ShapeFault {
  readonly what: string;
  readonly word: string;
}

const declarations: readonly string[] = ['options', 'tcp', 'rawArguments', 'systemConfig'];

/** Checks a default export as the types would. This is for plugins in JavaScript, and for those with loose types. */
export function checkDefinition(exported: unknown): AnyPlugin | ShapeFault {
  if (typeof exported !== 'object' || exported === null || Array.isArray(exported)) {
    return {
      what: `the default export is ${describe(exported)}, expected definePlugin({ ... })`,
      word: 'export default',
    };
  }
  const definition = exported as Readonly<Record<string, unknown>>;
  const fault = checkKeys(definition) ?? checkDeclarations(definition) ?? checkAddressHandlers(definition);
  if (fault !== undefined) return fault;
  const handlers = eventNames.flatMap((event): [EventName, AnyHandler][] => {
    const handler = definition[event];
    return typeof handler === 'function' ? [[event, handler.bind(definition) as AnyHandler]] : [];
  });
  return { ...(definition as Omit<AnyPlugin, 'handlers'>), handlers: new Map(handlers) };
}

function checkKeys(definition: Readonly<Record<string, unknown>>): ShapeFault | undefined {
  for (const [key, value] of Object.entries(definition)) {
    if (isEventName(key)) {
      if (value !== undefined && typeof value !== 'function')
        return { what: `${key} is ${describe(value)}, expected a function`, word: key };
    } else if (!declarations.includes(key)) {
      const near = nearest(key, [...eventNames, ...declarations]);
      const expected =
        near === undefined
          ? `expected one of ${[...eventNames, ...declarations].join(', ')}`
          : `did you mean ${near}?`;
      return { what: `unknown event or declaration "${key}": ${expected}`, word: key };
    }
  }
  return undefined;
}

function checkDeclarations({
  options,
  tcp,
  rawArguments,
  systemConfig,
}: Readonly<Record<string, unknown>>): ShapeFault | undefined {
  if (options !== undefined && !isObjectSchema(options))
    return { what: `options is ${describe(options)}, expected z.object({ ... })`, word: 'options' };
  if (tcp !== undefined && typeof tcp !== 'function' && !isTcpResetPolicy(tcp))
    return {
      what: `tcp is ${JSON.stringify(tcp)}, expected { ports: [2049], reset: 'both-ends' or 'server-end' }`,
      word: 'tcp',
    };
  if (rawArguments !== undefined && typeof rawArguments !== 'boolean')
    return {
      what: `rawArguments is ${describe(rawArguments)}, expected true or false`,
      word: 'rawArguments',
    };
  if (systemConfig !== undefined && typeof systemConfig !== 'function' && !isConfigName(systemConfig))
    return {
      what: `systemConfig is ${describe(systemConfig)}, expected a file name such as 'nfs', or a function`,
      word: 'systemConfig',
    };
  return undefined;
}

/** Whether this can be the name of a file in a given directory. */
export const isConfigName = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w.-]+$/.test(value);

const isObjectSchema = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'safeParse' in value && 'shape' in value;

/** Whether this is a policy for the connections of some ports. */
export function isTcpResetPolicy(value: unknown): value is TcpResetPolicy {
  const { ports, reset } = (value ?? {}) as Partial<TcpResetPolicy>;
  const isPort = (port: unknown) => Number.isInteger(port) && Number(port) > 0 && Number(port) < 65536;
  return Array.isArray(ports) && ports.every(isPort) && (reset === 'both-ends' || reset === 'server-end');
}

/** A plugin that takes addresses must also release them, and settle afterwards. */
function checkAddressHandlers(definition: Readonly<Record<string, unknown>>): ShapeFault | undefined {
  const { takeip, releaseip, ipreallocated } = definition;
  if (takeip === undefined && releaseip === undefined) return undefined;
  const missing = Object.entries({ takeip, releaseip, ipreallocated }).flatMap(([name, handler]) =>
    handler === undefined ? [name] : [],
  );
  if (missing.length === 0) return undefined;
  const has = takeip === undefined ? 'releaseip' : 'takeip';
  return {
    what: `${has} without ${missing.join(' and ')}: takeip, releaseip and ipreallocated require each other`,
    word: has,
  };
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
