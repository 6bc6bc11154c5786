import type { AnyPlugin } from './check-definition.ts';

/**
 * What of a plugin's options can never be as it was meant, a sentence each. Variables are text, so `z.number()` takes no value that
 * a file can set. It may have a default, so the plugin runs until somebody sets the variable.
 */
export function findMisfits({ options }: AnyPlugin): readonly string[] {
  if (options === undefined) return [];
  if (!isOfOurZod(options))
    return [
      'options was made by zod 3, expected zod 4: import * as z from "zod", which is that of ctdb-hook',
    ];
  return Object.entries(options.shape).flatMap(([name, schema]) => {
    const misfit = findMisfit(schema);
    return misfit === undefined ? [] : [`${name} is ${misfit}`];
  });
}

/** What schemas of zod 4 have in common, as far as it matters here: each has its definition in `_zod.def`. */
interface Definition {
  readonly type: string;
  readonly coerce?: boolean;
  /** Of what is optional, has a default or the like. */
  readonly innerType?: unknown;
  /** Of a pipe, such as a transform. */
  readonly in?: unknown;
  readonly options?: readonly unknown[];
}

function findMisfit(schema: unknown): string | undefined {
  const definition = definitionOf(schema);
  if (definition === undefined) return 'of zod 3, expected zod 4, which ctdb-hook brings';
  const { type, coerce, innerType, in: input, options } = definition;
  if (innerType !== undefined) return findMisfit(innerType);
  if (input !== undefined) return findMisfit(input);
  if (type === 'union') return options?.map(findMisfit).find((misfit) => misfit !== undefined);
  if (type === 'boolean' && coerce === true)
    return 'z.coerce.boolean(), which takes any text for true, even "no": use option.yesNo()';
  const instead = insteadOf[type];
  return instead === undefined || coerce === true
    ? undefined
    : `z.${type}(), but a variable is text: use ${instead}`;
}

/** What reads as text what the types of zod that take no text are meant for. */
const insteadOf: Readonly<Record<string, string>> = {
  number: 'option.wholeNumber()',
  int: 'option.wholeNumber()',
  bigint: 'option.wholeNumber()',
  boolean: 'option.yesNo()',
  array: 'option.words()',
  tuple: 'option.words()',
  set: 'option.words()',
  object: 'one option for each of its members',
  record: 'one option for each of its members',
  map: 'one option for each of its members',
  date: 'a schema that reads text, such as z.iso.datetime()',
};

const definitionOf = (schema: unknown): Definition | undefined =>
  (schema as { readonly _zod?: { readonly def: Definition } } | undefined)?._zod?.def;

const isOfOurZod = (schema: unknown): boolean => definitionOf(schema) !== undefined;
