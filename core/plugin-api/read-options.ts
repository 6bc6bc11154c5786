import type * as z from 'zod';
import { parsedBelow } from './option-base.ts';
import type { OptionsSchema } from './plugin.ts';

/** The place where a variable was set: a file and, if it is known, the line, counted from 1. */
export interface OptionPlace {
  readonly file: string;
  readonly line: number | undefined;
}

/** Options that a plugin cannot run with. `message` has a line for each, with file, line, variable and value. */
export class OptionsError extends Error {
  override name = 'OptionsError';
}

/**
 * Makes the options of a plugin from variables. A variable that is empty counts as unset. Variables that the schema does
 * not name do not matter.
 *
 * @param schema the plugin's `options`
 * @param places where files set variables; any other comes from the environment
 * @param environment the values of all variables; relative paths are below its `CTDB_BASE`
 * @returns frozen, with the lists in it: the events of a burst share them
 * @throws OptionsError naming every wrong option
 */
export function readOptions<Schema extends OptionsSchema>(
  schema: Schema,
  places: ReadonlyMap<string, OptionPlace>,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const values = valuesFor(schema, environment);
  const result = parse(schema, values, environment);
  if (result.success) return frozen(result.data);
  const lines = result.error.issues.map((issue) => describe(issue, places, values));
  throw new OptionsError([...new Set(lines)].join('\n'));
}

/**
 * Makes the options with the default for each option that is wrong, and answers which are. No options if one of these has no default.
 *
 * @param schema the plugin's `options`
 * @param environment the values of all variables
 */
export function readRightOptions<Schema extends OptionsSchema>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly options: z.output<Schema> | undefined; readonly wrong: ReadonlySet<string> } {
  const values = valuesFor(schema, environment);
  const result = parse(schema, values, environment);
  if (result.success) return { options: frozen(result.data), wrong: new Set() };
  const paths = result.error.issues.map(({ path }) => path[0]);
  const wrong = new Set(paths.filter((name) => typeof name === 'string'));
  const isWhole = paths.length > 0 && !paths.includes(undefined);
  const right = isWhole ? Object.entries(values).filter(([name]) => !wrong.has(name)) : [];
  const again = parse(schema, Object.fromEntries(right), environment);
  return { options: again.success ? frozen(again.data) : undefined, wrong };
}

/** The values of the schema's variables. An empty one counts as unset. */
function valuesFor(schema: OptionsSchema, environment: Values): Values {
  const set = Object.keys(schema.shape)
    .map((name) => [name, Object.hasOwn(environment, name) ? environment[name] : undefined] as const)
    .filter(([, value]) => value !== '');
  return Object.fromEntries(set);
}

const parse = <Schema extends OptionsSchema>(
  schema: Schema,
  values: Values,
  environment: Values,
): z.ZodSafeParseResult<z.output<Schema>> =>
  parsedBelow(environment['CTDB_BASE'] || '/etc/ctdb', () => schema.safeParse(values));

function frozen<T extends object>(options: T): T {
  for (const value of Object.values(options)) if (Array.isArray(value)) Object.freeze(value);
  return Object.freeze(options);
}

type Values = Readonly<Record<string, string | undefined>>;

function describe(issue: z.core.$ZodIssue, places: ReadonlyMap<string, OptionPlace>, values: Values): string {
  const name = issue.path[0];
  if (typeof name !== 'string') return `options: ${issue.message}`;
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined)
    return `${name} is not set, in no option file nor in the environment: ${issue.message}`;
  const said = `${whereIs(places.get(name))}: ${name} is ${JSON.stringify(value)}`;
  const expected: unknown = issue.code === 'custom' ? issue.params?.['expected'] : undefined;
  return typeof expected === 'string' ? `${said}, expected ${expected}` : `${said}: ${issue.message}`;
}

function whereIs(place: OptionPlace | undefined): string {
  if (place === undefined) return 'environment';
  return place.line === undefined ? place.file : `${place.file}:${place.line}`;
}
