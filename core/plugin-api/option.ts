import * as z from 'zod';
import { belowBase } from './option-base.ts';

/** A schema of one variable. It reads the variable's text, or the default if it is unset. */
export type OptionSchema<T> = z.ZodType<T, string | undefined>;

/** The range of a whole number, both ends included. The default of `min` is 0; without `max` there is no upper end. */
export interface WholeNumberRange {
  readonly min?: number;
  readonly max?: number;
}

/**
 * The kinds of options that CTDB's variables are. They read the text that a shell would have; a variable that is set
 * but empty counts as unset, as in `${NAME:-unset}`. Each takes the value for when the variable is unset; without
 * it, the option is undefined then. Any zod schema that reads a string can stand beside them.
 *
 * @example
 * z.object({ CTDB_NFS_CHECKS_DIR: option.path('nfs-checks.d'), CTDB_NFS_SKIP_SHARE_CHECK: option.yesNo(false) })
 */
export const option = { text, word, words, path, yesNo, wholeNumber, oneOf };

/** Text as it stands. */
function text<U extends string | undefined = undefined>(unset?: U): OptionSchema<string | U> {
  return schema('text', (value) => value, unset as U);
}

/** Text without blanks. */
function word<U extends string | undefined = undefined>(unset?: U): OptionSchema<string | U> {
  return schema('one word without blanks', (value) => (/\s/.test(value) ? undefined : value), unset as U);
}

/** Words with blanks between them. */
function words<U extends readonly string[] | undefined = undefined>(
  unset?: U,
): OptionSchema<readonly string[] | U> {
  return schema('words', (value) => value.split(/\s+/).filter((part) => part !== ''), unset as U);
}

/** A path, as an absolute one. A relative path is below `CTDB_BASE`, the default included. */
function path<U extends string | undefined = undefined>(unset?: U): OptionSchema<string | U> {
  return schema('a path', (value) => value, unset as U).transform((value) => value && belowBase(value));
}

/** Only `yes` or `no`. CTDB's scripts take everything that is not `yes` for no, even a misspelt `yes`. */
function yesNo<U extends boolean | undefined = undefined>(unset?: U): OptionSchema<boolean | U> {
  return schema(
    'yes or no',
    (value) => (value === 'yes' ? true : value === 'no' ? false : undefined),
    unset as U,
  );
}

/** A whole number in decimal digits. */
function wholeNumber<U extends number | undefined = undefined>(
  unset?: U,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: WholeNumberRange = {},
): OptionSchema<number | U> {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const read = (value: string): number | undefined => {
    const number = /^-?\d+$/.test(value) ? Number(value) : NaN;
    return number >= min && number <= max ? number : undefined;
  };
  return schema(`a whole number ${range}`, read, unset as U);
}

/** One of these words. */
function oneOf<const V extends string, U extends V | undefined = undefined>(
  values: readonly V[],
  unset?: U,
): OptionSchema<V | U> {
  const read = (value: string): V | undefined => values.find((candidate) => candidate === value);
  return schema(`one of ${values.join(', ')}`, read, unset as U);
}

/** Makes a schema. `expected` is for the message of `readOptions` about a value for which `read` answers undefined. */
function schema<T, U>(
  expected: string,
  read: (value: string) => T | undefined,
  unset: U,
): OptionSchema<T | U> {
  return z
    .string()
    .optional()
    .transform((value, context): T | U => {
      if (value === undefined) return unset;
      const result = read(value);
      if (result !== undefined) return result;
      context.issues.push({
        code: 'custom',
        input: value,
        params: { expected },
        message: `expected ${expected}`,
      });
      return z.NEVER;
    });
}
